// Makes and uses passkeys: <form data-passkey="new" or "use">, whose answer goes into the field "credential". The form
// is hidden until this script finds that the browser can do it; [data-passkey-missing] stands in its place until then.
(() => {
  "use strict";

  const forms = [...document.querySelectorAll("form[data-passkey]")];
  const isKnown = typeof PublicKeyCredential === "function" && Boolean(navigator.credentials) && isSecureContext;
  if (!isKnown) return;

  const REFRESH_MS = 240_000; // a challenge lives five minutes
  let autofill; // ends the question that waits in the field for the e-mail address

  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0),
  );
  const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const decoded = (listed) => (listed ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function optionsOf(form) {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const options = await answer.json();
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    options.excludeCredentials = decoded(options.excludeCredentials);
    options.allowCredentials = decoded(options.allowCredentials);
    return options;
  }

  function written(credential) {
    const { response } = credential;
    const answer = { clientDataJSON: base64url(response.clientDataJSON) };
    if (response.attestationObject) {
      answer.attestationObject = base64url(response.attestationObject);
      answer.transports = response.getTransports?.() ?? [];
    } else {
      answer.authenticatorData = base64url(response.authenticatorData);
      answer.signature = base64url(response.signature);
      if (response.userHandle) answer.userHandle = base64url(response.userHandle);
    }
    return JSON.stringify({ id: credential.id, rawId: base64url(credential.rawId), type: credential.type, response: answer });
  }

  function say(form, name) {
    const place = form.querySelector("[data-passkey-error]");
    place.hidden = !name;
    place.querySelector("span").textContent = name ? form.dataset[name] : "";
  }

  function send(form, credential) {
    form.elements.credential.value = written(credential);
    form.requestSubmit();
  }

  async function ask(form) {
    const isNew = form.dataset.passkey === "new";
    autofill?.abort();
    say(form, "");
    form.dataset.asking = "";
    try {
      const publicKey = await optionsOf(form);
      send(form, await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey })));
    } catch (error) {
      const isLeft = ["NotAllowedError", "AbortError"].includes(error.name);
      say(form, isLeft ? "left" : isNew && error.name === "InvalidStateError" ? "known" : "failed");
    } finally {
      delete form.dataset.asking;
    }
  }

  // A browser that can proposes the passkeys of this address in the field for the e-mail address.
  async function propose(form) {
    autofill?.abort();
    const mine = autofill = new AbortController();
    try {
      const publicKey = await optionsOf(form);
      if (mine.signal.aborted) return;
      send(form, await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal }));
    } catch { /* nobody has chosen one: the button is there */ }
  }

  // Before the script of all pages, which takes every form that is sent for one that goes to the server.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!forms.includes(form) || form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!("asking" in form.dataset)) ask(form);
  }, true);

  addEventListener("pageshow", () => {
    for (const form of forms) form.elements.credential.value = "";
  });

  for (const form of forms) form.hidden = false;
  for (const each of document.querySelectorAll("[data-passkey-missing]")) each.hidden = true;

  const proposing = forms.find((form) => "propose" in form.dataset);
  if (proposing) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((isAvailable) => {
      if (!isAvailable) return;
      const again = () => {
        if (document.visibilityState === "visible" && !("asking" in proposing.dataset)) propose(proposing);
      };
      again();
      setInterval(again, REFRESH_MS);
      document.addEventListener("visibilitychange", again); // another page may have asked meanwhile
    });
  }
})();
