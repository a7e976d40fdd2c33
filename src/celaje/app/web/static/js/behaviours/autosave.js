// Keeps what is typed in a form on this device until it is sent.
// data-autosave: the name it is kept under; data-autosave-sent: a text that was sent already, so no draft any more;
// data-autosave-keep: the server filled the form, and what it says counts.
const NEVER = ["csrfmiddlewaretoken", "from"];

export default function autosave(form) {
  const key = `draft:${form.dataset.autosave}`;
  let timer;

  function save() {
    const values = [...new FormData(form)].filter(([name, value]) => !NEVER.includes(name) && typeof value === "string");
    try {
      localStorage.setItem(key, JSON.stringify(values));
    } catch {} // a full or forbidden store keeps nothing, and the form still works
  }

  function restore() {
    let values;
    try {
      values = new Map(JSON.parse(localStorage.getItem(key) ?? "[]"));
    } catch {
      return;
    }
    const text = form.querySelector("textarea");
    if (!values.get(text.name)?.trim() || values.get(text.name).trim() === form.dataset.autosaveSent?.trim()) return;
    for (const field of form.elements) {
      if (field.type === "radio") field.checked = (values.get(field.name) ?? "") === field.value;
      else if (field.type === "checkbox") field.checked = values.get(field.name) === field.value;
      else if (values.has(field.name) && !NEVER.includes(field.name)) field.value = values.get(field.name);
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  if (!("autosaveKeep" in form.dataset)) restore();
  for (const event of ["input", "change"]) {
    form.addEventListener(event, () => {
      clearTimeout(timer);
      timer = setTimeout(save, 300);
    });
  }
  window.addEventListener("pagehide", save);
}
