// A button that hands on the text in data-copy: the phone's share sheet where there is one, else the clipboard.
export default function (button) {
  const { copy, copied } = button.dataset;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const isLink = copy.startsWith("http");
    if (isLink && navigator.share && matchMedia("(pointer:coarse)").matches) {
      await navigator.share({ url: copy }).catch(() => {});
      return;
    }
    if (navigator.clipboard) await navigator.clipboard.writeText(copy);
    else document.getElementById(button.dataset.from)?.select();
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    label.textContent = copied;
    setTimeout(() => (label.textContent = before), 2000);
  });
}
