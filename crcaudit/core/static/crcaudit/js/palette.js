// Ctrl K: one dialog to go anywhere. The server searches; the keyboard walks the links.

const dialog = document.querySelector("[data-crc-palette]");

function open(text = "") {
  const field = dialog.querySelector("input");
  field.value = text;
  if (!dialog.open) dialog.showModal();
  field.focus();
  window.htmx.trigger(field, "crc:palette");
}

function walk(event) {
  const links = [...dialog.querySelectorAll("#palette-results a")];
  const field = dialog.querySelector("input");
  const at = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown") (links[at + 1] ?? links[0] ?? field).focus();
  else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : field).focus();
  else if (event.key === "Enter" && at === -1 && links[0]) links[0].click();
  else if (event.key === "Escape") dialog.close(); // a search field would only empty itself
  else return;
  event.preventDefault();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  dialog.addEventListener("keydown", walk);
  for (const form of document.querySelectorAll("[data-crc-palette-open]")) {
    const field = form.querySelector("input");
    field.addEventListener("click", () => open(field.value));
    field.addEventListener("input", () => {
      open(field.value);
      field.value = "";
    });
  }
}
