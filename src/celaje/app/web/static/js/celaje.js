// Behaviours are small modules attached by attribute: <form data-behaviour="autosave"> loads ./behaviours/autosave.js and
// calls its default export with the element, once for each element, also for those that come later.
const loaded = new Map();

async function attach(element) {
  for (const name of element.dataset.behaviour.split(" ")) {
    const mark = `behaviour-${name}`;
    if (element.hasAttribute(mark)) continue;
    element.setAttribute(mark, "");
    if (!loaded.has(name)) loaded.set(name, import(behaviourAddress(name)));
    const module = await loaded.get(name);
    module.default(element);
  }
}

function behaviourAddress(name) {
  return new URL(`./behaviours/${name}.js`, import.meta.url).href;
}

function attachAll(root) {
  if (root.dataset?.behaviour) attach(root);
  for (const element of root.querySelectorAll?.("[data-behaviour]") ?? []) attach(element);
}

attachAll(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) attachAll(node);
}).observe(document.body, { childList: true, subtree: true });

document.cookie = `offset=${new Date().getTimezoneOffset()};path=/;max-age=31536000;samesite=lax`;
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // not without https: then nothing is kept, and that is all
