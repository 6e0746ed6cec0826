// Keys declared in the page: data-crc-key="j" (several: "j ArrowDown") clicks its element, or
// puts the focus in it when it is a field, until Escape. Never while somebody is typing or holds
// a modifier.
// A key nobody declared becomes the event "crc:key" for the page's own module.

const typing = (element) =>
  element.isContentEditable || element.matches("input:not([type=radio], [type=checkbox], [type=file]), textarea, select");

const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function claimant(key) {
  for (const element of document.querySelectorAll("[data-crc-key]")) {
    if (element.dataset.crcKey.split(" ").includes(key) && visible(element)) return element;
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target.matches("[data-crc-key]")) event.target.blur();
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const element = claimant(key);
  if (!element) {
    document.dispatchEvent(new CustomEvent("crc:key", { detail: { key, event } }));
    return;
  }
  event.preventDefault();
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
});
