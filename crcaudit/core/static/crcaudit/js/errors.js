// A form that came back with errors: the summary takes the focus, the title says it first.

function announce(root) {
  const summary = root.querySelector?.("[data-crc-errors]");
  if (!summary) return;
  summary.focus();
  const word = summary.dataset.crcErrors;
  if (word && !document.title.startsWith(word)) document.title = `${word} ${document.title}`;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-crc-errors] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches("input, select, textarea") ? field : field.querySelector("input") ?? field).focus();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => announce(detail.elt));
announce(document);
