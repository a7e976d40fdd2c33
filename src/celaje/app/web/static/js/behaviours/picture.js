// A picture's field: shows what was chosen, takes it away again, and says at once what is no picture or too large.
// data-most: bytes; data-wrong, data-too-large: what is said, in the element data-problem. What is dropped anywhere on
// the page goes into the form's first field.
export default function picture(root) {
  const input = root.querySelector("input");
  const [label, remove] = root.children;
  const problem = document.getElementById(root.dataset.problem);
  const icon = label.querySelector("svg");
  let shown;

  function show() {
    const [file] = input.files;
    const wrong = file && !input.accept.split(",").includes(file.type) ? root.dataset.wrong : "";
    const said = wrong || (file?.size > Number(root.dataset.most) ? root.dataset.tooLarge : "");
    problem.textContent = said;
    problem.hidden = !said;
    if (said) input.value = "";
    const taken = Boolean(file && !said);
    if (shown) URL.revokeObjectURL(shown.src);
    shown?.replaceWith(icon);
    shown = taken ? Object.assign(new Image(32, 32), { src: URL.createObjectURL(file), alt: "" }) : undefined;
    if (shown) icon.replaceWith(shown);
    remove.hidden = !taken;
    if (!taken) return;
    for (const kept of root.parentElement.querySelectorAll(`[data-place="${input.name}"]`)) kept.checked = false;
  }

  input.addEventListener("change", show);
  remove.addEventListener("click", () => {
    input.value = "";
    show();
    input.focus();
  });
  if (input.files.length) show();
  if (root !== root.parentElement.querySelector(".pic")) return;
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length || event.target.type === "file") return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
