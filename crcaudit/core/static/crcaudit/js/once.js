// A form posts once: a second click while the first is under way does nothing.
// Buttons are marked and not disabled, so that focus and the button's own value stay.

const RELEASE_AFTER = 15000; // ms: an answer that is a download leaves the page where it is

const concerns = (form) =>
  form.method !== "dialog" &&
  (form.method === "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) &&
  form.dataset.crcOnce !== "off" &&
  !form.querySelector("[data-crc-autosave]");

function lock(form) {
  form.dataset.crcSending = "";
  for (const button of form.querySelectorAll("button, input[type=submit]")) {
    if (button.type === "submit") button.setAttribute("aria-disabled", "true");
  }
}

function release(form) {
  delete form.dataset.crcSending;
  for (const button of form.querySelectorAll("[aria-disabled=true]")) {
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener(
  "submit",
  (event) => {
    if ("crcSending" in event.target.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  { capture: true },
);

// Bubbling phase: here a form that another module stopped is known to be stopped.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !concerns(form)) return;
  lock(form);
  setTimeout(() => release(form), RELEASE_AFTER);
});

document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest("[data-crc-sending]:not(form)")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
document.addEventListener("htmx:beforeSend", ({ detail: { elt, requestConfig } }) => {
  if (requestConfig.verb === "get") return;
  if (!elt.matches("form")) elt.dataset.crcSending = "";
  else if (concerns(elt)) lock(elt);
});
document.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => release(elt));

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-crc-sending]").forEach(release);
});
