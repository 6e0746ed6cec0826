// Grading by keyboard: 1, 2, 3 and 0 mark the criterion and go on to the next one, J and K or the
// arrows move, E goes to what was heard, Ctrl+Enter saves. The score is shown while it is given;
// the server counts it again. In a grid that is written, the total of the weights follows.

const form = document.querySelector("[data-crc-listening]");
const MARKS = { 1: "COMPLIANT", 2: "PARTLY", 3: "NOT_COMPLIANT", 0: "NOT_APPLICABLE" };
const MOVES = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const FULL = 100;

const criteria = () => [...(form?.querySelectorAll("[data-crc-criterion]") ?? [])];
const markOf = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "";
const held = () => document.activeElement?.closest("[data-crc-criterion]");

function show(row) {
  if (!row) return;
  const radio = row.querySelector("input[type=radio]:checked") ?? row.querySelector("input[type=radio]");
  radio.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = criteria();
  const here = held();
  show(here ? all[all.indexOf(here) + by] : (all.find((row) => !markOf(row)) ?? all[0]));
}

function give(mark) {
  const all = criteria();
  const row = held() ?? all.find((one) => !markOf(one)) ?? all[0];
  const radio = row?.querySelector(`input[value="${mark}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  show(all[all.indexOf(row) + 1] ?? row);
}

document.addEventListener("crc:key", ({ detail: { key, event } }) => {
  if (!form) return;
  if (MARKS[key]) give(MARKS[key]);
  else if (MOVES[key]) step(MOVES[key]);
  else if (key === "e") (held() ?? criteria()[0])?.querySelector("input[type=text]")?.focus();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (!form || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Escape" && event.target.matches("[data-crc-criterion] input[type=text]")) {
    show(held()); // out of the text, so that the keys mark again
  }
});

function counted(partly) {
  const worth = { COMPLIANT: FULL, PARTLY: partly, NOT_COMPLIANT: 0 };
  const found = { earned: 0, applicable: 0, errors: 0, left: 0 };
  for (const row of criteria()) {
    const mark = markOf(row);
    if (!mark) found.left += 1;
    if (!mark || mark === "NOT_APPLICABLE") continue;
    const weight = Number(row.dataset.weight);
    found.applicable += FULL * weight;
    found.earned += weight * worth[mark];
    if (row.dataset.critical && mark === "NOT_COMPLIANT") found.errors += 1;
  }
  return found;
}

const phrase = (one, many, n) => (n === 1 ? one : many.replace("{n}", n));

function tell() {
  const place = form.querySelector("[data-crc-score]");
  const { partly, zero } = form.querySelector("[data-crc-marks]").dataset;
  const found = counted(Number(partly));
  const { none, leftOne, leftMany, errorOne, errorMany, errorNone } = place.dataset;
  const earned = found.errors && zero === "1" ? 0 : found.earned;
  const score = found.applicable ? (FULL * earned) / found.applicable : null;
  const language = document.documentElement.lang;
  place.hidden = false;
  place.querySelector("[data-value]").textContent =
    score === null ? none : score.toLocaleString(language, { maximumFractionDigits: 1 });
  place.querySelector("[data-of]").hidden = score === null;
  const errors = place.querySelector("[data-errors]");
  errors.textContent = found.errors ? phrase(errorOne, errorMany, found.errors) : found.applicable ? errorNone : "";
  errors.classList.toggle("is-error", found.errors > 0);
  place.querySelector("[data-left]").textContent = found.left ? phrase(leftOne, leftMany, found.left) : "";
}

if (form) {
  form.addEventListener("change", tell);
  tell();
}

const sheet = document.querySelector("[data-crc-sheet]");

sheet?.addEventListener("input", ({ target }) => {
  if (!target.name?.startsWith("weight_")) return;
  const weights = [...sheet.querySelectorAll("input[name^=weight_]")];
  const total = weights.reduce((sum, field) => sum + (/^\d+$/.test(field.value) ? Number(field.value) : 0), 0);
  sheet.querySelector("[data-crc-total]").textContent = total;
});
