// A link that fills the form's text: with its own words, or with those that data-from gives.
export default function fill(link) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const text = link.closest("form").querySelector("textarea");
    const words = link.dataset.from ? await (await fetch(link.dataset.from)).text() : link.textContent;
    text.value = words.trim();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    link.closest("[popover]")?.hidePopover();
    text.focus();
  });
}
