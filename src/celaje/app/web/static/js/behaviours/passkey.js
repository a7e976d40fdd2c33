// A form that asks the browser for a passkey, puts it into the field "credential" and sends itself.
// data-options is an address that answers with the options, or "#id" of a JSON script in the page. Whoever typed a
// password sends it without a passkey; a browser without passkeys (plain http) shows the password only.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function optionsOf(form) {
  const { options, method = "POST" } = form.dataset;
  if (options.startsWith("#")) return JSON.parse(document.querySelector(options).textContent);
  const body = method === "GET" ? undefined : new FormData(form);
  const response = await fetch(options, { method, body, headers: { Accept: "application/json" } });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw { said: answer.error?.message };
  return answer;
}

async function ask({ creation_options: creation, request_options: request }) {
  const { publicKey } = creation ?? request;
  publicKey.challenge = bytes(publicKey.challenge);
  for (const known of publicKey.excludeCredentials ?? publicKey.allowCredentials ?? []) known.id = bytes(known.id);
  if (creation) publicKey.user.id = bytes(publicKey.user.id);
  return creation ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

function packed({ id, rawId, type, response, ...rest }, extensions) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const kept = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return { id, rawId: text(rawId), type, clientExtensionResults: extensions, response: Object.fromEntries(kept) };
}

export default function (form) {
  const { credential, password } = form.elements;
  const problem = form.querySelector("[data-problem]");
  if (!window.PublicKeyCredential) {
    for (const part of form.querySelectorAll("[data-passkey]")) part.hidden = true;
    form.querySelector("details")?.setAttribute("open", "");
    if (!password) say(form.dataset.missing);
    return;
  }
  form.addEventListener("submit", async (event) => {
    if (password?.value) return;
    event.preventDefault();
    problem.hidden = true;
    try {
      const made = await ask(await optionsOf(form));
      credential.value = JSON.stringify(packed(made, made.getClientExtensionResults()));
      form.submit();
    } catch (error) {
      say(error.said ?? (error.name === "SecurityError" ? form.dataset.missing : form.dataset.failed));
    }
  });
  function say(words) {
    problem.textContent = words;
    problem.hidden = false;
  }
}
