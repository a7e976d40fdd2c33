// Passkeys between the server's JSON, where bytes are base64url, and the browser, which wants them as buffers.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export async function optionsOf(form, signal) {
  const { options, method = "POST" } = form.dataset;
  if (options.startsWith("#")) return JSON.parse(document.querySelector(options).textContent);
  const body = method === "GET" ? undefined : new FormData(form);
  const response = await fetch(options, { method, body, headers: { Accept: "application/json" }, signal });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw { said: answer.error?.message };
  return answer;
}

export async function ask({ creation_options: creation, request_options: request }, how = {}) {
  const { publicKey } = creation ?? request;
  publicKey.challenge = bytes(publicKey.challenge);
  for (const known of publicKey.excludeCredentials ?? publicKey.allowCredentials ?? []) known.id = bytes(known.id);
  if (creation) publicKey.user.id = bytes(publicKey.user.id);
  return creation ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey, ...how });
}

export function packed({ id, rawId, type, response, ...rest }, extensions) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const kept = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return { id, rawId: text(rawId), type, clientExtensionResults: extensions, response: Object.fromEntries(kept) };
}
