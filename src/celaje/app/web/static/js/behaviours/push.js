// Asks a browser to show notices of this house, and tells the house where it may be reached.
export default async function push(box) {
  if (!("PushManager" in window) || !navigator.serviceWorker) return;
  const button = box.querySelector("button");
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const worker = await navigator.serviceWorker.ready;
  let subscription = await worker.pushManager.getSubscription();
  const off = button.textContent;
  const show = () => (button.textContent = subscription ? button.dataset.on : off);
  show();
  box.hidden = false;

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      subscription = subscription ? await stop() : await start();
    } catch {
      box.querySelector("small").textContent = box.dataset.denied;
    }
    button.disabled = false;
    show();
  });

  async function start() {
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.key });
    const answer = await tell("POST", made.toJSON());
    if (answer.ok) return made;
    await made.unsubscribe();
    throw new Error("the house did not take it");
  }

  async function stop() {
    await tell("DELETE", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
    return null;
  }

  const tell = (method, body) => fetch("/push", {
    method, headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body),
  });
}
