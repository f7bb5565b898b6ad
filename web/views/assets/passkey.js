"use strict";
// Passkeys. Without this file, or in a browser that has none, passwords work as before.

const RENEWED = 4 * 60 * 1000;

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A question of the server, as the browser takes it. */
function readable(asked) {
  const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));
  const { user, excludeCredentials, allowCredentials, ...rest } = asked;
  return {
    ...rest,
    challenge: bytes(asked.challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(user ? { excludeCredentials: named(excludeCredentials) } : { allowCredentials: named(allowCredentials) }),
  };
}

/** An answer of the browser, as the server reads it. */
function sendable({ id, rawId, type, response, authenticatorAttachment }) {
  const parts = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) parts[part] = text(response[part]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({ id, rawId: text(rawId), type, response: parts, authenticatorAttachment, clientExtensionResults: {} });
}

/** Why it did not work, by the name of the form's text for it. */
function cause(error) {
  if (error.cause) return error.cause;
  if (["NotAllowedError", "AbortError"].includes(error.name)) return "cancelled";
  if (error.name === "InvalidStateError") return "known";
  if (["NotSupportedError", "SecurityError"].includes(error.name)) return "unable";
  return "failed";
}

function say(form, name) {
  const note = form.querySelector("[role=alert]");
  note.textContent = form.dataset[name];
  note.hidden = false;
}

/** What the browser is asked; nothing when somebody has to prove who they are first. */
async function question(form) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.dataset.ask, { method: "POST", body });
  if (response.redirected) {
    location.assign(response.url);
    return undefined;
  }
  if (!response.ok) throw new Error("refused", { cause: response.status === 429 ? "slow" : "failed" });
  return readable(await response.json());
}

function send(form, answer) {
  form.elements.credential.value = sendable(answer);
  form.submit();
}

// The quiet offer among the addresses that a browser knows, while it waits.
let quiet;

async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  quiet = { since: Date.now(), stop: new AbortController() };
  try {
    const publicKey = await question(form);
    send(form, await navigator.credentials.get({ mediation: "conditional", signal: quiet.stop.signal, publicKey }));
  } catch {
    // Nobody asked for it aloud: the button says what is wrong.
  }
}

async function press(form, button) {
  quiet?.stop.abort();
  form.querySelector("[role=alert]").hidden = true;
  button.disabled = true;
  try {
    const publicKey = await question(form);
    if (!publicKey) return;
    const make = form.dataset.passkey === "make";
    const answer = await (make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    send(form, answer);
  } catch (error) {
    button.disabled = false;
    say(form, cause(error));
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const able = Boolean(globalThis.PublicKeyCredential && navigator.credentials);
  form.hidden = !able && form.dataset.passkey === "sign-in";
  if (!able) {
    button.disabled = true;
    say(form, "unable");
    continue;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(form, button);
  });
  // After a fault nothing is offered that was not asked for.
  if (form.dataset.passkey !== "sign-in" || document.getElementById("fault")) continue;
  offer(form);
  document.getElementById("email")?.addEventListener("focus", () => {
    if (!quiet || Date.now() - quiet.since < RENEWED) return;
    quiet.stop.abort();
    offer(form);
  });
}

// Back from another page: the button works again.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const button of document.querySelectorAll("form[data-passkey] button")) button.disabled = false;
});
