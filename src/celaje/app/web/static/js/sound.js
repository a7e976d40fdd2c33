// Whether clips are heard: one choice for all of them, remembered. Browsers allow sound only after a touch, so each
// visit begins silent; the first touch brings sound back for those who had it on.
let loud = false;

export const isLoud = () => loud;

export function hush(silent) {
  loud = !silent;
  localStorage.setItem("sound", loud ? "on" : "off");
  for (const video of document.querySelectorAll("video.frame")) video.muted = silent;
  for (const button of document.querySelectorAll(".snd")) say(button);
}

export function say(button) {
  button.setAttribute("aria-pressed", loud);
  button.querySelector("span").textContent = loud ? button.dataset.on : button.dataset.off;
}

addEventListener("click", (event) => {
  const button = event.target.closest(".snd");
  if (button) hush(loud);
  else if (!loud && localStorage.getItem("sound") !== "off" && event.target.closest(".tap")) hush(false);
}, true);
