// A line that says what happened and goes away: what the server sent along, and what failed in the background.
const SHOWN_MS = 5000;

export function toast(words) {
  const line = document.createElement("p");
  line.textContent = words;
  document.getElementById("toast").append(line);
  leave(line);
}

function leave(line) {
  setTimeout(() => line.remove(), SHOWN_MS);
}

export default function watch(box) {
  box.querySelectorAll("p").forEach(leave);
  document.addEventListener("htmx:responseError", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    toast(answer.querySelector("[role=alert]")?.textContent ?? box.dataset.failed);
  });
  document.addEventListener("htmx:sendError", () => toast(box.dataset.failed));
}
