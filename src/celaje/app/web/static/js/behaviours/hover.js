// Tiles move while the pointer or the focus is on them, or under a thumb that rests. Not with reduced motion.
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export default function hover(grid) {
  if (calm.matches || navigator.connection?.saveData) return;
  const still = new WeakMap();
  const swap = (event, moving) => {
    const tile = event.target.closest?.("[data-moving]");
    const picture = tile?.querySelector("img");
    if (!picture || !tile.dataset.moving || (!moving && tile.contains(event.relatedTarget))) return;
    if (!still.has(picture)) still.set(picture, picture.src);
    picture.src = moving ? tile.dataset.moving : still.get(picture);
  };
  for (const name of ["pointerover", "focusin"]) grid.addEventListener(name, (event) => swap(event, true));
  for (const name of ["pointerout", "focusout"]) grid.addEventListener(name, (event) => swap(event, false));
}
