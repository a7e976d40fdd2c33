// The pieces of a clip that stay, as boxes over its film beside their number fields. An edge is pulled; what is drawn
// where nothing stays is another piece. data-seconds: how long the clip is.
export default function pieces(root) {
  const strip = root.querySelector("[data-strip]");
  if (!strip) return;
  const seconds = Number(root.dataset.seconds);
  const rows = [...root.querySelectorAll(".piece")].map((row) => {
    const [from, to] = row.querySelectorAll("input");
    return { from, to, box: strip.appendChild(document.createElement("i")) };
  });
  let pulled;

  const isSet = ({ from, to }) => from.value !== "" && to.value !== "";
  const round = (value) => Math.round(Math.min(seconds, Math.max(0, value)) * 12) / 12;

  function draw() {
    for (const row of rows) {
      row.box.hidden = !isSet(row);
      row.box.style.setProperty("left", `${(100 * row.from.value) / seconds}%`);
      row.box.style.setProperty("right", `${100 - (100 * row.to.value) / seconds}%`);
    }
  }

  function at(event) {
    const frame = strip.getBoundingClientRect();
    return ((event.clientX - frame.left) / frame.width) * seconds;
  }

  strip.addEventListener("pointerdown", (event) => {
    const here = at(event);
    const inside = rows.find((row) => isSet(row) && here > row.from.value - seconds / 40 && here < Number(row.to.value) + seconds / 40);
    const row = inside ?? rows.find((row) => !isSet(row));
    if (!row) return;
    const nearFrom = inside && here - row.from.value < row.to.value - here;
    pulled = { row, fixed: inside ? Number(nearFrom ? row.to.value : row.from.value) : here };
    strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener("pointermove", (event) => {
    if (!pulled) return;
    const ends = [pulled.fixed, at(event)].sort((one, other) => one - other).map(round);
    [pulled.row.from.value, pulled.row.to.value] = ends.map((end) => Math.round(end * 100) / 100);
    pulled.row.from.dispatchEvent(new Event("input", { bubbles: true }));
  });
  strip.addEventListener("lostpointercapture", () => (pulled = undefined));
  root.addEventListener("input", draw);
  draw();
}
