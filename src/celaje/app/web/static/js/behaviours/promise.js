// What stands above a button: how long it will take. When the server says it anew, the button below is told what to say
// and whether it may be pressed; itself it stays, so that no press and no focus is lost.
export default function promise(foot) {
  const button = foot.querySelector(".sun");

  foot.addEventListener("htmx:afterSwap", () => {
    const { make, why } = foot.querySelector("[data-make]").dataset;
    button.querySelector("span").textContent = make;
    button.toggleAttribute("data-why", why !== undefined);
    button.disabled = why !== undefined;
  });
}
