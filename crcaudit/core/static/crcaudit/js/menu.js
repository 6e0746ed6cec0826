// Menus close by Escape or a click elsewhere; side columns fold on narrow screens.

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("[data-crc-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-crc-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const wide = window.matchMedia("(width >= 62rem)");

function fold(root = document) {
  for (const column of root.querySelectorAll?.("[data-crc-fold]") ?? []) column.open = wide.matches;
}

wide.addEventListener("change", () => fold());
document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt !== document.body) fold(detail.elt);
});
fold();
