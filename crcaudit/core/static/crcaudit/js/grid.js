// The grid by keyboard: J and K choose a requirement, 1 to 4 rate it, E goes to its evidence.
// C, F and U are declared in the page. At the end of an engagement J goes on to the next one.

const rows = () => [...document.querySelectorAll("[data-crc-row]")];
const current = () => document.querySelector("[data-crc-row][aria-current]");
const levels = (row) => [...(row?.querySelectorAll(".requirement-rating button") ?? [])];

let chosen = current()?.id; // the answer to an earlier request may mark another row

function mark(row) {
  if (row) chosen = row.id;
  for (const other of rows()) other.toggleAttribute("aria-current", false);
  row?.setAttribute("aria-current", "true");
}

function choose(row) {
  if (!row) return;
  row.querySelector("[data-crc-open]")?.click();
  row.scrollIntoView({ block: "nearest" });
}

function step(direction) {
  const all = rows();
  const next = all[all.indexOf(current()) + direction];
  if (next) choose(next);
  else document.querySelector(direction > 0 ? "[data-crc-next]" : "[data-crc-previous]")?.click();
}

document.addEventListener("crc:key", ({ detail: { key, event } }) => {
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    e: () => document.querySelector("[data-crc-dropzone] input[type=file]")?.focus(),
  };
  if (/^[1-9]$/.test(key)) levels(current())[Number(key) - 1]?.click();
  else if (actions[key]) actions[key]();
  else return;
  event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-crc-step=next]")) step(1);
});

// Keys and ratings wait for the answer under way: J then 1, typed fast, would otherwise rate the
// requirement that is leaving, and a rating given while a comment is being saved would be refused
// as a conflict with oneself.
const answers = new Set();
const held = [];

function release() {
  if (document.querySelector("dialog[open]")) held.length = 0; // a question comes first
  while (held.length && !answers.size) held.shift()();
}

document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
  if (elt.getAttribute("hx-trigger")?.includes("every")) return;
  answers.add(xhr);
  xhr.addEventListener("loadend", () => {
    answers.delete(xhr);
    release();
  });
});

function wait(event, again) {
  event.preventDefault();
  event.stopImmediatePropagation();
  held.push(again);
}

document.addEventListener(
  "keydown",
  (event) => {
    const { key, target } = event;
    if (!answers.size || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!/^[a-z0-9]$/i.test(key) || target.matches("input, textarea, select")) return;
    wait(event, () => {
      (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
    });
  },
  { capture: true },
);
document.addEventListener(
  "click",
  (event) => {
    const button = answers.size ? event.target.closest?.(".requirement-rating button") : null;
    if (!button) return;
    const { id } = button.form;
    wait(event, () => document.querySelector(`#${id} button[value="${button.value}"]`)?.click());
  },
  { capture: true },
);

// The chosen row is marked at once; the panel follows. What was saved before is no longer news.
const ratingOf = (form) => form.matches(".requirement-rating") && form.closest("[data-crc-row]");

document.addEventListener("htmx:beforeRequest", ({ defaultPrevented, detail: { elt } }) => {
  if (defaultPrevented) return;
  if (elt.matches("[data-crc-open]")) mark(elt.closest("[data-crc-row]"));
  if (elt.matches(".requirement-rating")) document.getElementById("grid-saved")?.replaceChildren();
});

const isNarrow = () => window.matchMedia("(max-width: 61.99rem)").matches;

function settle({ target, requestConfig: { elt } }) {
  if (target?.id !== "grid") {
    mark(document.getElementById(chosen) ?? current());
  } else {
    chosen = current()?.id;
    const moved = elt.matches("[data-crc-next], [data-crc-previous]");
    if (isNarrow()) document.getElementById(moved ? "detail" : "grid-main")?.scrollIntoView();
  }
  if (target?.id === "detail" && isNarrow()) target.scrollIntoView();
}

// A row that is replaced keeps the focus that was in it.
let focused = null;
document.addEventListener("htmx:beforeSwap", () => {
  const element = document.activeElement;
  const row = element?.closest("[data-crc-row]");
  focused = row ? { id: row.id, place: levels(row).indexOf(element) } : null;
});

function restoreFocus() {
  if (!focused || document.activeElement !== document.body) return;
  const row = document.getElementById(focused.id);
  (levels(row)[focused.place] ?? row?.querySelector("[data-crc-open]"))?.focus();
}

// A dialog whose form was accepted has done its work. A comment put together there replaces the
// one in the panel, which must not be sent again.
function close(form) {
  const comment = document.querySelector("#detail [data-crc-autosave]");
  if (comment && form.querySelector("[name=text]")) {
    comment.value = form.querySelector("[name=text]").value;
    comment.form.dispatchEvent(new CustomEvent("crc:discard", { bubbles: true }));
  }
  document.querySelector("#dialogs dialog[open]")?.close();
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  settle(detail);
  restoreFocus();
  if (!detail.successful) return;
  const { elt } = detail.requestConfig; // the one of the event is a survivor of the swap
  const rated = ratingOf(elt);
  if (rated && rated.id !== chosen) choose(document.getElementById(rated.id));
  if (elt.matches("[data-crc-closes]")) close(elt);
});
document.addEventListener("htmx:historyRestore", () => {
  chosen = current()?.id;
});
