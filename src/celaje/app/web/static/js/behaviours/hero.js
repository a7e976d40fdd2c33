// The clip on its own page: plays in silence when it may, then takes the browser's own controls.
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;

export default function hero(win) {
  const video = win.querySelector("video");
  if (calm || !video) return;
  video.muted = localStorage.getItem("sound") !== "on";
  video.play().catch(() => {
    video.muted = true;
    video.play().catch(() => {});
  });
  video.addEventListener("volumechange", () => localStorage.setItem("sound", video.muted ? "off" : "on"));
}
