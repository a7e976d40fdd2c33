// The comments beside the feed: those of the clip in sight where there is room, a sheet that a link opens where not.
const WIDE = matchMedia("(width >= 75rem)");

export default function talk(panel) {
  let shown = "";
  let soon = 0;
  let opening; // asked for and not there yet: Escape takes it back
  const follow = (shot) => {
    clearTimeout(soon);
    const seen = WIDE.matches || location.hash === "#talk"; // not for clips that only pass by
    if (seen) soon = setTimeout(() => load(shot.dataset.talk), 350);
  };
  document.addEventListener("clip", (event) => follow(event.detail));
  const already = document.querySelector("[data-here]");
  if (already) follow(already);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-open=talk]");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const asked = (opening = {});
    await load(link.closest("article").dataset.talk);
    if (opening !== asked) return;
    opening = undefined;
    if (!WIDE.matches) location.hash = "talk"; // so that the back button closes it
    enter();
    panel.addEventListener("close", () => link.focus({ preventScroll: true }), { once: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") opening = undefined;
  });
  panel.addEventListener("click", (event) => {
    if (!event.target.closest(".close")) return;
    event.preventDefault();
    location.hash === "#talk" ? history.back() : panel.replaceChildren();
    panel.dispatchEvent(new Event("close"));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") panel.querySelector(".close")?.click();
  });
  panel.addEventListener("htmx:afterSettle", () => {
    const count = panel.querySelector("[data-count]");
    const act = count && document.querySelector(`#c-${count.dataset.post} [data-open=talk] span`);
    if (act) act.textContent = count.dataset.count;
  });

  async function load(address) {
    if (address === shown && panel.children.length) return;
    shown = address;
    const inside = panel.contains(document.activeElement);
    await htmx.ajax("GET", `${address}?panel=1`, { target: panel, swap: "innerHTML" });
    if (inside) enter();
  }

  function enter() {
    panel.querySelector("input[name=text], h2").focus();
  }
}
