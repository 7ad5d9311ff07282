// Passkeys: asks the device to sign what the server gave, and sends its answer with the form.

const toBytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
};
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// The server writes bytes as base64url; the browser wants them as bytes.
function read(options) {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const known of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) {
    known.id = toBytes(known.id);
  }
  return options;
}

function write(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: toText(credential.rawId), response });
}

async function ask(button) {
  const answer = await fetch(button.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect") return location.reload(); // one has to prove oneself first
  if (!answer.ok) throw new Error(`the server said ${answer.status}`);
  const publicKey = read(await answer.json());
  const { form } = button;
  form.elements.credential.value = write(await navigator.credentials[button.dataset.passkey]({ publicKey }));
  form.action = button.dataset.action;
  form.submit(); // without asking for the fields that the passkey stands for
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  const box = button.closest("[hidden]");
  const sorry = box.querySelector("[role=alert]");
  box.hidden = false;
  button.addEventListener("click", async () => {
    sorry.hidden = true;
    button.disabled = true;
    try {
      await ask(button);
    } catch {
      sorry.hidden = false; // put off by the person, or by the device
    } finally {
      button.disabled = false;
    }
  });
}

// Come back to by the browser's arrow, the form must not send an old answer to another door.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
