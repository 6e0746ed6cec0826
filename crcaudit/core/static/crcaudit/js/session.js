// A session that ends while somebody works: sign in over the page, then send again.
// Opened by a 401 answer to htmx, by a form marked data-crc-guard, or by the event
// "crc:session-expired" ({ retry }) of another module.

const dialog = document.querySelector("[data-crc-session]");
const waiting = new Map(); // what waits (an element, a file) -> { retry, giveUp }

function ask(key, detail) {
  waiting.set(key, detail);
  if (!dialog.open) dialog.showModal();
}

function problem(text) {
  dialog.querySelector("[data-problem]").textContent = text;
}

async function page(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", ...options });
  const html = await answer.text();
  return { status: answer.status, url: answer.url, doc: new DOMParser().parseFromString(html, "text/html") };
}

const signInForm = (doc) =>
  [...doc.forms].find((form) => form.method === "post" && form.querySelector("input[type=password]"));

async function signIn() {
  const first = await page(dialog.dataset.login);
  const form = signInForm(first.doc);
  if (!form) return first; // signed in meanwhile, in another tab
  const values = new FormData(form);
  const name = form.querySelector("input[type=email], input[autocomplete~=username]")?.name;
  values.set(name ?? "login", dialog.querySelector("[type=email]").value);
  values.set(form.querySelector("input[type=password]").name, dialog.querySelector("[type=password]").value);
  return page(first.url, { method: "POST", body: new URLSearchParams(values) });
}

function refreshTokens(doc) {
  const token = doc.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    if (token) field.value = token;
  }
}

function verdictOn({ status, doc }) {
  if (status === 429) return dialog.dataset.tooMany;
  if (doc.body.dataset.crcUser === document.body.dataset.crcUser) return "";
  // Somebody else's session, or a second step still to take: never send under another name.
  return signInForm(doc) ? dialog.dataset.refused : dialog.dataset.other;
}

async function submitted(event) {
  event.preventDefault();
  problem("");
  const button = dialog.querySelector("button");
  button.disabled = true;
  const answer = await signIn().catch(() => null);
  button.disabled = false;
  const refused = answer ? verdictOn(answer) : dialog.dataset.offline;
  if (refused) {
    problem(refused);
    return;
  }
  refreshTokens(answer.doc);
  const again = [...waiting.values()];
  waiting.clear();
  dialog.close();
  for (const { retry } of again) retry();
}

function sendAgain({ verb, path, elt, target, formData }) {
  const values = new FormData();
  for (const [name, value] of formData.entries()) values.append(name, value);
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token && values.has("csrfmiddlewaretoken")) values.set("csrfmiddlewaretoken", token);
  const source = elt.isConnected ? elt : document.body;
  window.htmx.ajax(verb, path, { source, target, values });
}

async function guard(event) {
  const form = event.target;
  // What htmx sends is asked for by its own 401: a probe first would only delay it.
  if (!form.matches("[data-crc-guard]:not([hx-post], [hx-put], [hx-patch], [hx-delete])")) return;
  if (form.dataset.crcChecked) {
    delete form.dataset.crcChecked;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const go = () => {
    form.dataset.crcChecked = "yes";
    form.requestSubmit(event.submitter);
  };
  try {
    const probe = await fetch(dialog.dataset.probe, { headers: { "X-CRC-Probe": "1" }, cache: "no-store" });
    if (probe.status === 401) ask(form, { retry: go });
    else go();
  } catch {
    document.dispatchEvent(new CustomEvent("crc:notice", { detail: { key: "unreachable" } }));
  }
}

if (dialog) {
  dialog.querySelector("form").addEventListener("submit", submitted);
  dialog.addEventListener("close", () => {
    for (const { giveUp } of waiting.values()) giveUp?.();
    waiting.clear();
    dialog.querySelector("[type=password]").value = "";
    problem("");
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const { xhr, requestConfig } = detail;
    if (xhr.status !== 401 || xhr.getResponseHeader("X-CRC-Session") !== "expired") return;
    ask(requestConfig.elt, { retry: () => sendAgain(requestConfig) });
  });
  document.addEventListener("crc:session-expired", ({ detail }) => ask(detail, detail));
  document.addEventListener("submit", guard, { capture: true });
}
