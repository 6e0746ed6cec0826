// The units of a sample by keyboard: 1 to 3 record the current one and go on to the next that is
// left, J and K move. A unit that is replaced keeps the focus that was in it.

const units = () => [...document.querySelectorAll("[data-crc-unit]")];
const held = () => document.activeElement?.closest("[data-crc-unit]");
const current = () => held() ?? document.querySelector("[data-crc-pending]") ?? units()[0];

let after = null; // what takes the focus once the answer is there: "next", or an id

function show(unit) {
  unit?.focus();
  unit?.scrollIntoView({ block: "nearest" });
}

function nextLeft(id) {
  const all = units();
  const place = all.findIndex((unit) => unit.id === id);
  const left = (unit) => unit.matches("[data-crc-pending]");
  return all.slice(place + 1).find(left) ?? all.find(left) ?? all[place];
}

document.addEventListener("crc:key", ({ detail: { key, event } }) => {
  const all = units();
  const unit = current();
  if (/^[1-3]$/.test(key)) {
    const button = unit?.querySelectorAll(".segmented button")[Number(key) - 1];
    if (!button || button.getAttribute("aria-pressed") === "true") return;
    after = { id: unit.id, next: true };
    button.click();
  } else if (key === "j" || key === "k") {
    show(all[all.indexOf(unit) + (key === "k" ? -1 : held() ? 1 : 0)]);
  } else return;
  event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const unit = detail.target?.closest?.("[data-crc-unit]");
  if (unit && !after) after = { id: unit.id, next: false };
  if (after && detail.xhr.status >= 400) after.next = false;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!after) return;
  const { id, next } = after;
  after = null;
  const unit = document.getElementById(id);
  if (unit?.querySelector(".crc-problem")) unit.querySelector("[name=comment]").focus();
  else show(next ? nextLeft(id) : unit);
});
