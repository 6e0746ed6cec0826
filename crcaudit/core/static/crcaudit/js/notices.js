// What could not be done, and short answers that go away by themselves.
// Other modules ask for a notice with the event "crc:notice" ({ text } or { key } of the texts).

const STAYS = 12000; // ms, counted again while the pointer or the focus is inside
const ANSWER = "[data-crc-toast]:not([role=alert])";
const texts = document.querySelector("#crc-notice");
const place = document.querySelector("#toasts");

function expire(note) {
  if (note.matches(":hover, :focus-within")) setTimeout(expire, STAYS, note);
  else note.remove();
}

function show(text) {
  if (!text || !place) return;
  const note = texts.content.firstElementChild.cloneNode(true);
  note.querySelector("p").textContent = text;
  // Under a modal dialog nothing can be read nor closed.
  (document.querySelector("dialog[open] .dialog-body") ?? place).append(note);
}

function sentence(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (!type.startsWith("text/html")) return texts.dataset.failed;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return answer.querySelector(".crc-problem")?.textContent.trim() || texts.dataset.failed;
}

if (texts) {
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status !== 401) show(sentence(detail.xhr));
  });
  document.addEventListener("htmx:sendError", ({ detail }) => {
    const saving = detail.elt.querySelector?.("[data-crc-autosave]");
    const polling = detail.elt.getAttribute("hx-trigger")?.includes("every");
    if (!saving && !polling) show(texts.dataset.unreachable);
  });
  document.addEventListener("crc:notice", ({ detail }) => {
    show(detail.text ?? texts.dataset[detail.key]);
  });
}

if (place) {
  document.addEventListener("click", ({ target }) => {
    target.closest("[data-crc-dismiss]")?.closest("[data-crc-toast]")?.remove();
  });
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (detail.xhr.status < 400) target.closest?.("[data-crc-toast]")?.remove();
  });
  new MutationObserver((changes) => {
    // A problem stays until it is read; an answer goes, or gives way to the next one.
    const answers = changes.flatMap((change) => [...change.addedNodes]).filter((note) => note.matches?.(ANSWER));
    if (!answers.length) return;
    for (const note of place.querySelectorAll(ANSWER)) if (note !== answers.at(-1)) note.remove();
    setTimeout(expire, STAYS, answers.at(-1));
  }).observe(place, { childList: true });
}
