// The timeline of a storyboard: each card as a slider that is dragged, or moved with the arrow keys, beside its number
// field. It says in plain words how each card goes on. data-close, data-held: what is cut and how long a card holds.
const STEP = 0.25;

export default function timeline(form) {
  const track = form.querySelector("[data-timeline]");
  const cards = [...form.querySelectorAll("[data-card]")].map((card) => ({ card, second: card.querySelector("[name$=-second]"), mark: mark() }));
  const [close, held] = [Number(form.dataset.close), Number(form.dataset.held)];
  const length = () => Math.max(1, Number(form.elements.other_length.value));
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const round = (seconds) => Math.round(seconds * 100) / 100;
  function mark() {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "shot-mark", role: "slider" });
    button.append(document.createElement("b"), document.createElement("span"));
    track.append(button);
    return button;
  }

  function draw() {
    const end = length();
    const ordered = [...cards].sort((one, other) => one.second.value - other.second.value);
    for (const [place, { card, second, mark }] of ordered.entries()) {
      const at = Number(second.value), next = ordered[place + 1] ? Number(ordered[place + 1].second.value) : end;
      const until = next - at < close || !ordered[place + 1] ? next : at + held;
      const facts = { held: round(until - at), over: round(next - until), number: place + 1, second: round(at) };
      const how = next <= at ? "none" : !ordered[place + 1] ? "end" : until === next ? "cut" : "over";
      const said = fill(form.dataset[how], facts);
      card.querySelector("[data-says]").textContent = said;
      card.querySelector("[data-number]").textContent = mark.firstChild.textContent = place + 1;
      const widths = { at: Math.min(end, at), for: Math.min(end, until) - at, over: Math.min(end, next) - until };
      for (const [name, seconds] of Object.entries(widths)) mark.style.setProperty(`--${name}`, Math.max(0, seconds / end));
      const clip = card.querySelector("select").selectedOptions[0];
      mark.lastChild.textContent = card.querySelector("textarea").value || (clip?.value && clip.text) || said;
      for (const [name, value] of Object.entries({ label: fill(form.dataset.name, facts), valuemin: 0, valuemax: end, valuenow: facts.second, valuetext: said })) mark.setAttribute(`aria-${name}`, value);
    }
    form.querySelector("[data-length]").textContent = `0:${String(Math.round(end)).padStart(2, "0")}`.replace("0:60", "1:00");
  }

  function move(one, seconds) {
    one.second.value = Math.max(0, Math.min(length() - STEP, Math.round(seconds / STEP) * STEP));
    one.second.dispatchEvent(new Event("input", { bubbles: true }));
  }

  for (const one of cards) {
    one.mark.addEventListener("pointerdown", (event) => {
      const from = Number(one.second.value), x = event.clientX;
      one.mark.setPointerCapture(event.pointerId);
      one.mark.onpointermove = ({ clientX }) => move(one, from + ((clientX - x) / track.clientWidth) * length());
    });
    one.mark.addEventListener("lostpointercapture", () => (one.mark.onpointermove = null));
    one.mark.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -1, PageUp: 1, Home: -length(), End: length() }[event.key];
      if (by) event.preventDefault(), move(one, Number(one.second.value) + by);
      if (event.key === "Delete") one.card.querySelector("[value^=remove]").click();
      if (event.key === "Insert") one.card.querySelector("[value^=repeat]").click();
    });
  }
  form.addEventListener("input", draw);
  draw((track.closest("section").hidden = false));
}
