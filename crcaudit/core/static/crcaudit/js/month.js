// The month of the control plan: arrows go from control to control; on a phone, where the chosen
// one stands under the month, it is brought into view.

const links = () => [...document.querySelectorAll("[data-crc-control]")];
const narrow = () => window.matchMedia("(width < 48rem)").matches;

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const link = event.target.closest?.("[data-crc-control]");
  if (!step || !link || event.altKey || event.ctrlKey || event.metaKey) return;
  const shown = links().filter((each) => each.offsetParent);
  const next = shown[shown.indexOf(link) + step];
  if (!next) return;
  next.focus();
  event.preventDefault();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "control-screen" || !narrow()) return;
  document.getElementById("control")?.scrollIntoView();
});
