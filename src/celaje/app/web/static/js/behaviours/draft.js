// Keeps what a form of many parts holds on this device until it is sent. A fresh form (data-fresh) gets its draft back:
// the draft is sent to the form's address with do=look, and what comes back takes the form's place.
// data-draft: the name it is kept under.
export default function draft(form) {
  const key = `draft:${form.dataset.draft}`;
  let sent = false, timer;

  function save() {
    if (!form.isConnected) return;
    const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "from"].includes(name));
    try {
      localStorage.setItem(key, JSON.stringify({ values, sent }));
    } catch {} // a full or forbidden store keeps nothing, and the form still works
  }

  async function restore() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(key));
    } catch {}
    if (!kept || kept.sent) return;
    const body = new FormData();
    for (const [name, value] of [...kept.values, ["do", "look"], ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]]) body.append(name, value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form");
    form.replaceWith(fresh);
    window.htmx?.process(fresh);
  }

  if ("fresh" in form.dataset) restore();
  for (const event of ["input", "change"]) {
    form.addEventListener(event, () => {
      clearTimeout(timer);
      timer = setTimeout(save, 300);
    });
  }
  form.addEventListener("submit", () => {
    sent = true;
    save();
  });
  addEventListener("pagehide", save);
  if (!("fresh" in form.dataset)) save();
}
