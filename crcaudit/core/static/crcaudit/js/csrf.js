// Requests of htmx made outside a form carry the token of any form of the page.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get" || detail.parameters.csrfmiddlewaretoken) return;
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (field) detail.headers["X-CSRFToken"] = field.value;
});
