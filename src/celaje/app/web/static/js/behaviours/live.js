// Keeps a piece of a page as the server sees it: hears server-sent events and fetches the piece anew. What did not
// change stays in place, so blurs and bars glide. data-live: where the piece is, data-every: at most once in so many
// seconds; in the piece, data-heard names the streams.
export default function live(box) {
  const streams = new Map();
  const restMs = 1000 * (box.dataset.every ?? 0.25);
  let busy = false, again = false;

  function listen() {
    const heard = box.querySelector("[data-heard]")?.dataset.heard.split(" ").filter(Boolean) ?? [];
    for (const [address, stream] of streams) if (!heard.includes(address)) stream.close(), streams.delete(address);
    for (const address of heard) {
      if (streams.has(address)) continue;
      const stream = new EventSource(address); // it resumes by itself, with the last id it saw
      stream.addEventListener("message", refresh);
      streams.set(address, stream);
    }
  }

  async function refresh() {
    if (busy) return void (again = true);
    busy = true;
    try {
      const answer = await fetch(box.dataset.live, { headers: { Accept: "text/html" } });
      if (answer.status === 205) return location.reload();
      if (answer.ok) await merge(box, new DOMParser().parseFromString(await answer.text(), "text/html").body);
    } catch {} // offline: the stream opens again and says so
    listen();
    await new Promise((rested) => setTimeout(rested, restMs));
    busy = false;
    if (again) again = false, refresh();
  }

  listen();
  addEventListener("pagehide", () => streams.forEach((stream) => stream.close()));
  addEventListener("pageshow", (event) => event.persisted && (streams.clear(), refresh()));
}

async function merge(old, fresh) {
  const [olds, news] = [old, fresh].map((node) => [...node.childNodes]);
  if (olds.length !== news.length || olds.some((node, index) => node.nodeName !== news[index].nodeName)) {
    return old.replaceChildren(...news);
  }
  for (const [index, node] of olds.entries()) {
    if (node.nodeType === Node.TEXT_NODE) node.data === news[index].data || (node.data = news[index].data);
    else if (node.nodeType === Node.ELEMENT_NODE) {
      await copy(node, news[index]);
      await merge(node, news[index]);
    }
  }
}

async function copy(old, fresh) {
  const picture = fresh.getAttribute("src");
  if (picture && picture !== old.getAttribute("src")) {
    const ready = Object.assign(new Image(), { src: picture });
    await ready.decode().catch(() => {}); // else it would blink
  }
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
