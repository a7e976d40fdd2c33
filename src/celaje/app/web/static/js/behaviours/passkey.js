// A form that asks the browser for a passkey, puts it into the field "credential" and sends itself.
// data-options is an address that answers with the options, or "#id" of a JSON script in the page. Whoever typed a
// password sends it without a passkey; a browser without passkeys (plain http) shows the password only.
// data-autofill: the browser also offers passkeys in the page's field with autocomplete="webauthn".
import { ask, optionsOf, packed } from "../webauthn.js";

export default function (form) {
  const { credential, password } = form.elements;
  const problem = form.querySelector("[data-problem]");
  let offered = new AbortController();
  let asking = false;
  if (!window.PublicKeyCredential) {
    for (const part of form.querySelectorAll("[data-passkey]")) part.hidden = true;
    form.querySelector("details")?.setAttribute("open", "");
    if (!password) say(form.dataset.missing);
    return;
  }
  window.addEventListener("pageshow", () => (asking = false));
  document.addEventListener("submit", () => offered.abort()); // the answer to an offer would come after a log-in
  form.addEventListener("submit", async (event) => {
    if (password?.value) return;
    event.preventDefault();
    if (asking) return; // a browser asks for one at a time, and the server knows one challenge
    asking = true;
    problem.hidden = true;
    offered.abort();
    try {
      send(await ask(await optionsOf(form)));
    } catch (error) {
      say(error.said ?? (error.name === "SecurityError" ? form.dataset.missing : form.dataset.failed));
      asking = false;
      offer();
    }
  });
  function send(made) {
    credential.value = JSON.stringify(packed(made, made.getClientExtensionResults()));
    form.submit();
  }
  function say(words) {
    problem.textContent = words;
    problem.hidden = false;
  }
  async function offer() {
    if (!("autofill" in form.dataset) || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    offered = new AbortController();
    try {
      const { signal } = offered;
      const options = await optionsOf(form, signal);
      if (!signal.aborted) send(await ask(options, { mediation: "conditional", signal }));
    } catch {} // nobody chose one, or the button is quicker
  }
  offer();
}
