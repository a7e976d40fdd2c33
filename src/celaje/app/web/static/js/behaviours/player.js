// The feed's player: three <video> elements that move between the clips. The one in sight plays, the next one is made
// ready, the others rest behind their posters. With reduced motion or data saving a clip waits for a tap.
import { hush, isLoud } from "../sound.js";
import { newVideo, play } from "../video.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData === true;

export default function player(stage) {
  const videos = Array.from({ length: 3 }, newVideo);
  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) show(entry.target);
  }, { root: stage, threshold: 0.6 });
  let here = null;

  const watch = () => stage.querySelectorAll("article.shot").forEach((shot) => sight.observe(shot));
  new MutationObserver(watch).observe(stage, { childList: true });
  watch();
  document.addEventListener("visibilitychange", () => {
    const video = here?.querySelector("video");
    if (video) document.hidden ? video.pause() : calm || video.play().catch(() => {});
  });
  stage.addEventListener("click", (event) => {
    if (!event.target.closest(".tap")) return;
    event.preventDefault(); // without JavaScript the same link opens the clip's page
    toggle(event.target.closest("article"));
  });

  function show(shot) {
    if (shot === here) return;
    here?.querySelector("video")?.pause();
    here?.removeAttribute("data-here");
    here = shot;
    here.setAttribute("data-here", ""); // for behaviours that come later than the event
    stage.dispatchEvent(new CustomEvent("clip", { detail: shot, bubbles: true }));
    if (calm) return;
    play(put(shot), shot);
    const next = shot.nextElementSibling;
    if (next?.matches("article")) put(next).preload = "auto";
  }

  function put(shot) {
    const there = shot.querySelector("video");
    if (there) return there;
    const frame = shot.querySelector("img.frame");
    const free = videos.find((video) => !video.isConnected) ?? videos.find((video) => !near(video.closest("article")));
    Object.assign(free, { src: frame.dataset.video, width: frame.width, height: frame.height, muted: !isLoud() });
    frame.after(free);
    return free;
  }

  const near = (shot) => shot === here || shot === here.nextElementSibling;

  function toggle(shot) {
    const video = put(shot);
    if (video.paused) play(video, shot);
    else if (video.muted) hush(false);
    else video.pause();
  }
}
