// The composer: its button waits for a prompt, Ctrl+Enter sends, Escape goes back, and one length counts at a time.
export default function composer(form) {
  const prompt = form.elements.prompt;
  const lengths = form.elements.namedItem("length"); // `elements.length` counts
  const button = form.querySelector(".foot .sun");

  function ready() {
    button.disabled = prompt.value.trim() === "" || "why" in button.dataset;
  }

  form.addEventListener("input", ready);
  form.addEventListener("htmx:afterSwap", ready);
  window.addEventListener("pageshow", ready);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      ready();
      if (!button.disabled) form.requestSubmit();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector(":popover-open")) location.assign(document.querySelector(".veil").href);
  });
  form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));

  form.elements.other_length.addEventListener("input", ({ target }) => {
    if (target.value !== "") for (const length of lengths) length.checked = false;
  });
  for (const length of lengths) length.addEventListener("change", () => (form.elements.other_length.value = ""));
  ready();
}
