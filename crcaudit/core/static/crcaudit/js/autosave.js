// Text that saves itself: 800 ms after the last key, and when the field is left.
// The form carries hx-post; this module only decides when, and says what became of it.
// Nothing is forgotten: without network the form stays marked and is sent again.

const PAUSE = 800; // ms after the last key
const RETRY = 5000; // ms between attempts while the server cannot be reached

const timers = new WeakMap();
const changed = new Set(); // forms with something typed since the last acknowledged save
const sending = new Set();
const unreachable = new Set();
const banner = document.querySelector("[data-crc-offline]");

const saves = (element) =>
  element.matches?.("form") && element.querySelector("[data-crc-autosave]") !== null;

function say(form, kind, values = {}) {
  const line = form.querySelector("[data-crc-saved]");
  if (!line) return;
  line.classList.toggle("saved-waiting", kind !== "text");
  line.textContent = (line.dataset[kind] ?? "").replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

function showBanner() {
  const forms = [...unreachable].filter((form) => form.isConnected);
  if (!banner) return;
  banner.hidden = forms.length === 0;
  const text = forms.length === 1 ? banner.dataset.one : banner.dataset.many;
  banner.textContent = forms.length ? text.replace("{count}", forms.length) : "";
}

function send(form) {
  clearTimeout(timers.get(form));
  if (!changed.has(form) || sending.has(form) || !form.isConnected) return;
  if (!form.checkValidity()) return;
  changed.delete(form);
  sending.add(form);
  say(form, "saving");
  form.requestSubmit();
}

function schedule(form, delay) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(send, delay, form));
}

function saved(form) {
  const now = new Date();
  const minute = String(now.getMinutes()).padStart(2, "0");
  say(form, "text", { hour: now.getHours(), minute });
}

let leaving = ""; // where a link leads that was followed while something was being saved

function leave() {
  if (sending.size || !leaving) return;
  const address = leaving;
  leaving = "";
  if (!changed.size) window.location.assign(address);
}

// Not htmx's own "successful", which counts a conflict (409) that is swapped in.
function finished(form, { xhr }) {
  sending.delete(form);
  unreachable.delete(form);
  if (xhr.status >= 200 && xhr.status < 400) {
    saved(form);
    if (changed.has(form)) schedule(form, PAUSE);
  } else {
    changed.add(form);
    say(form, "waiting");
    if (!xhr.status) {
      unreachable.add(form);
      schedule(form, RETRY);
    }
  }
  showBanner();
  leave();
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-crc-autosave]") || !target.form) return;
  changed.add(target.form);
  schedule(target.form, PAUSE);
});
document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.("[data-crc-autosave]") && target.form) send(target.form);
});
// Leaving the field saves it and following the link comes a moment later: no question in between.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]:not([target], [download], [hx-get])");
  if (!link || !sending.size || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leaving = link.href;
});
// Nothing takes the place of a text that could not be saved: it is sent again first.
document.addEventListener("htmx:beforeRequest", (event) => {
  const kept = [...changed].find((form) => form !== event.target && event.detail.target?.contains(form));
  if (!kept) return;
  event.preventDefault();
  send(kept);
});
// Another text was chosen instead: by a link that says so, or in a dialog that saved it.
document.addEventListener("crc:discard", ({ target }) => {
  changed.delete(target);
  saved(target);
});
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-crc-discard]")) changed.clear();
});
// A submit by the keyboard or a button counts as well.
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (!saves(detail.elt)) return;
  changed.delete(detail.elt);
  sending.add(detail.elt);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (saves(detail.elt)) finished(detail.elt, detail);
});
window.addEventListener("online", () => unreachable.forEach((form) => schedule(form, 0)));
window.addEventListener("beforeunload", (event) => {
  const kept = [...changed, ...sending].some((form) => form.isConnected);
  if (kept) event.preventDefault();
});
