// A box that is drawn on a picture, beside the number fields of its four sides, in percent. Arrow keys move it, with
// Shift they move its lower right corner, Escape takes it away.
export default function region(root) {
  const canvas = root.querySelector("[data-canvas]");
  const fields = ["left", "top", "right", "bottom"].map((side) => root.querySelector(`[name=${side}]`));
  const box = document.createElement("i");
  canvas.append(box);
  canvas.tabIndex = 0;
  canvas.role = "application";
  let from;

  const values = () => fields.map((field) => (field.value === "" ? NaN : Number(field.value)));
  const clamp = (value) => Math.round(10 * Math.min(100, Math.max(0, value))) / 10;

  function draw() {
    const [left, top, right, bottom] = values();
    box.hidden = !(left < right && top < bottom);
    for (const [name, value] of Object.entries({ left, top, right: 100 - right, bottom: 100 - bottom })) box.style.setProperty(name, `${value}%`);
  }

  function set(...sides) {
    fields.forEach((field, side) => (field.value = sides.length ? clamp(sides[side]) : ""));
    fields[0].dispatchEvent(new Event("change", { bubbles: true }));
    draw();
  }

  function at(event) {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * 100, ((event.clientY - frame.top) / frame.height) * 100];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    from = at(event);
    event.preventDefault();
    canvas.focus();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    set(Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1]));
  });
  canvas.addEventListener("lostpointercapture", () => (from = undefined));
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) return event.preventDefault(), event.stopPropagation(), set();
    const by = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] }[event.key];
    if (!by) return;
    event.preventDefault();
    const [left, top, right, bottom] = box.hidden ? [30, 30, 70, 70] : values();
    const [x, y] = event.shiftKey ? by : by.map((step, axis) => Math.max(-[left, top][axis], Math.min(100 - [right, bottom][axis], step)));
    set(...(event.shiftKey ? [left, top] : [left + x, top + y]), Math.max(left + 2, right + x), Math.max(top + 2, bottom + y));
  });
  root.addEventListener("input", draw);
  draw();
}
