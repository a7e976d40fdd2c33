// A <video> of the feed: silent at first, endless, and its clip knows whether it plays.
export function play(video, shot) {
  video.currentTime = 0;
  const line = shot.querySelector(".play");
  video.ontimeupdate = () => (line.value = video.currentTime);
  video.play().catch(() => video.dispatchEvent(new Event("pause")));
}

export function newVideo() {
  const video = document.createElement("video");
  Object.assign(video, { className: "frame", loop: true, muted: true, playsInline: true, preload: "auto" });
  video.setAttribute("aria-hidden", "true"); // the poster beneath says what it shows
  for (const what of ["play", "pause"]) {
    video.addEventListener(what, () => video.closest("article")?.classList.toggle("playing", what === "play"));
  }
  return video;
}
