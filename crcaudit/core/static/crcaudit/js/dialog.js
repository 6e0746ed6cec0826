// Opens <dialog> elements: from a button (data-crc-dialog="#id"), or by itself when htmx brings
// one marked data-crc-open. Closing needs nothing: Escape, or a form with method="dialog".

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-crc-dialog]");
  const dialog = opener && document.querySelector(opener.dataset.crcDialog);
  if (!dialog) return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
});

function openNew(root) {
  const dialogs = [...(root.querySelectorAll?.("dialog[data-crc-open]") ?? [])];
  if (root.matches?.("dialog[data-crc-open]")) dialogs.push(root);
  for (const dialog of dialogs) if (!dialog.open) dialog.showModal();
}

document.addEventListener("htmx:load", ({ detail }) => openNew(detail.elt));
openNew(document);
