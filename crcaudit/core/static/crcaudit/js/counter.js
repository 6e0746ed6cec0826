// How many characters are left in a text that has a limit; shown when the limit comes near.

const texts = document.querySelector("#crc-notice")?.dataset;
const NEAR = 0.2; // of the limit
let made = 0;

// Letters as the server counts them, composed. With maxlength a line break is two of them,
// as it travels; our own fields (data-crc-limit) count it as one.
const lettersOf = (text) => [...text.normalize("NFC")].length;
const breaksOf = (text) => text.split("\n").length - 1;

function update(area) {
  // data-crc-limit is said and not enforced here: maxlength would cut a paste silently.
  const soft = area.dataset.crcLimit;
  const limit = Number(soft ?? area.getAttribute("maxlength"));
  const left = limit - lettersOf(area.value) - (soft ? 0 : breaksOf(area.value));
  const line = document.getElementById(area.dataset.crcCounted);
  line.hidden = left > Math.max(50, limit * NEAR);
  line.classList.toggle("counter-over", left < 0);
  const text = left < 0 ? texts.over : texts.left;
  line.textContent = text.replace("{count}", Math.abs(left).toLocaleString(document.documentElement.lang));
}

function equip(root) {
  for (const area of root.querySelectorAll?.("textarea:is([maxlength], [data-crc-limit]):not([data-crc-counted])") ?? []) {
    const line = document.createElement("div");
    line.className = "counter";
    line.id = `crc-counter-${++made}`;
    line.setAttribute("aria-live", "polite");
    area.dataset.crcCounted = line.id;
    area.after(line);
    area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
    update(area);
  }
}

if (texts) {
  document.addEventListener("input", ({ target }) => {
    if (target.dataset?.crcCounted) update(target);
  });
  document.addEventListener("htmx:load", ({ detail }) => equip(detail.elt));
  equip(document);
}
