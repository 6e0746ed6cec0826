// The review by keyboard: Ctrl+Enter saves and goes on, also from within a text. The letters are
// declared in the page. A finding starts with the page of the document that is being read.

const form = document.querySelector("[data-crc-review]");

form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    form?.requestSubmit();
  }
});

form?.addEventListener("change", ({ target }) => {
  if (target.name !== "grade") return;
  const page = form.querySelector("[name=page]");
  const shown = document.querySelector("[data-pdf-number]");
  if (page && !page.value && shown) page.value = shown.value;
});

// Opening the finding leads to its first field.
form?.querySelector(".review-finding")?.addEventListener("toggle", ({ target }) => {
  if (target.open) target.querySelector("input[name=grade]")?.focus();
});
