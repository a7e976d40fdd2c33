// A curve through the values of number fields, in percent, drawn over them and pulled up and down.
export default function curve(root) {
  const drawing = root.querySelector("svg"), line = root.querySelector("[data-line]");
  const fields = [...root.querySelectorAll("input")];
  const x = (place) => (400 * place) / (fields.length - 1);

  function draw() {
    line.setAttribute("d", fields.map((field, place) => `${place ? "L" : "M"}${x(place)} ${100 - (Number(field.value) || 0)}`).join(""));
  }

  function pull(event) {
    const frame = drawing.getBoundingClientRect();
    const place = Math.round(((event.clientX - frame.left) / frame.width) * (fields.length - 1));
    const field = fields[Math.min(fields.length - 1, Math.max(0, place))];
    field.value = Math.round(Math.min(100, Math.max(0, 100 - ((event.clientY - frame.top) / frame.height) * 100)));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  drawing.addEventListener("pointerdown", (event) => {
    drawing.setPointerCapture(event.pointerId);
    pull(event);
    drawing.onpointermove = pull;
  });
  drawing.addEventListener("lostpointercapture", () => (drawing.onpointermove = null));
  root.addEventListener("input", draw);
  drawing.removeAttribute("hidden");
  draw();
}
