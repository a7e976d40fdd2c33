// Moves through the feed by keyboard and wheel: arrows or j and k, space pauses, m is sound, l likes, c comments.
import { hush, isLoud } from "../sound.js";

const STEP_MS = 450; // one clip for each turn of the wheel, however many events it sends

export default function steer(stage) {
  let moved = 0;
  const here = () => stage.querySelector("[data-here]") ?? stage.querySelector("article");
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, dialog, [popover], .side")) return;
    const press = keys[event.key];
    if (!press || (event.key === " " && event.target.closest("a, button"))) return;
    event.preventDefault();
    press();
  });
  stage.addEventListener("wheel", (event) => {
    if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    if (event.timeStamp - moved < STEP_MS || Math.abs(event.deltaY) < 8) return;
    moved = event.timeStamp;
    go(event.deltaY > 0 ? 1 : -1);
  }, { passive: false });

  function go(step) {
    const next = step > 0 ? here()?.nextElementSibling : here()?.previousElementSibling;
    if (next?.matches(".shot")) next.scrollIntoView({ behavior: calm() ? "instant" : "smooth", block: "start" });
  }
  const click = (selector) => here()?.querySelector(selector)?.click();
  const keys = {
    ArrowDown: () => go(1), j: () => go(1), PageDown: () => go(1),
    ArrowUp: () => go(-1), k: () => go(-1), PageUp: () => go(-1),
    " ": () => pause(here()), m: () => hush(isLoud()), l: () => click("[data-key=l]"), c: () => click("[data-open=talk]"),
  };
}

function pause(shot) {
  const video = shot?.querySelector("video");
  if (video && !video.paused) video.pause();
  else if (video) video.play();
  else shot?.querySelector(".tap").click();
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
