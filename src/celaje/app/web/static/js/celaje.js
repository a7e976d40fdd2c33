// Behaviours are small modules attached by attribute: <form data-behaviour="autosave"> loads ./behaviours/autosave.js and
// calls its default export with the element, once for each element, also for those that come later. A button that is
// pressed before its behaviour has come waits for it: without, its form would be sent as if there were no script.
const loaded = new Map();
const coming = new Map();

async function attach(element) {
  for (const name of element.dataset.behaviour.split(" ")) {
    const mark = `behaviour-${name}`;
    if (element.hasAttribute(mark)) continue;
    element.setAttribute(mark, "coming");
    if (!loaded.has(name)) loaded.set(name, import(behaviourAddress(name)));
    const module = await loaded.get(name);
    module.default(element);
    element.setAttribute(mark, "ready");
  }
}

function behaviourAddress(name) {
  return new URL(`./behaviours/${name}.js`, import.meta.url).href;
}

function attachAll(root) {
  const found = [...(root.querySelectorAll?.("[data-behaviour]") ?? [])];
  if (root.dataset?.behaviour) found.push(root);
  for (const element of found) coming.set(element, attach(element).finally(() => coming.delete(element)));
}

addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  const waits = button && [...coming.keys()].find((element) => element.contains(button) || element === button.form);
  if (!waits) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const press = () => button.click();
  coming.get(waits).then(press, press);
}, true);

attachAll(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) attachAll(node);
}).observe(document.body, { childList: true, subtree: true });

document.cookie = `offset=${new Date().getTimezoneOffset()};path=/;max-age=31536000;samesite=lax`;
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // not without https: then nothing is kept, and that is all
