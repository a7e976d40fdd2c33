// A handle's field that says, while one types, whether it is free. data-check is the address that knows.
export default function (input) {
  const note = document.getElementById(input.dataset.note);
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const typed = input.value.trim();
    note.textContent = "";
    if (typed.length < 3) return;
    timer = setTimeout(async () => {
      const response = await fetch(`${input.dataset.check}?handle=${encodeURIComponent(typed)}`).catch(() => null);
      if (!response?.ok || input.value.trim() !== typed) return;
      const { free, message } = await response.json();
      note.textContent = message;
      note.className = free ? "ok" : "bad";
    }, 300);
  });
}
