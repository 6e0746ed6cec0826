// Files dropped, pasted or chosen: each one travels alone, with its own progress and answer.
// Without this module the same form is an ordinary one.

const AT_ONCE = 2;

function row(form, file) {
  const item = form.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector(".file-name").textContent = file.name;
  item.querySelector("[data-cancel]").addEventListener("click", () => {
    item.dispatchEvent(new Event("crc:cancel"));
    item.remove();
  });
  form.querySelector(".dropzone-files").append(item);
  return item;
}

function settle(item, { text = "", problem = "" }) {
  item.querySelector("progress").hidden = true;
  item.querySelector("[data-cancel]").remove();
  item.querySelector("[data-state]").textContent = text;
  const line = item.querySelector(".crc-problem");
  line.textContent = problem;
  line.hidden = !problem;
}

function sentenceOf(form, xhr) {
  const answer = new DOMParser().parseFromString(xhr.responseText ?? "", "text/html");
  return answer.querySelector(".crc-problem")?.textContent.trim() || form.dataset.failed;
}

function arrived(form, item, xhr) {
  settle(item, { text: form.dataset.done });
  const target = form.dataset.target && document.querySelector(form.dataset.target);
  if (target) window.htmx.swap(target, xhr.responseText, { swapStyle: "beforeend" });
  if (form.dataset.renew) renew(form.dataset.renew);
}

// What else on the page speaks of the files is asked for again. One question at a time, and once
// more when a file arrived meanwhile: whatever the order of the answers, the last one is true.
const asked = new Set();
let asking = false;

async function renew(address) {
  asked.add(address);
  if (asking) return;
  asking = true;
  for (const next of asked) {
    asked.delete(next);
    // Nothing to tell when it fails: the files are there, and notices.js says what went wrong.
    await window.htmx.ajax("GET", next, { target: "#dialogs", swap: "none" }).catch(() => {});
  }
  asking = false;
}

function upload(form, file, item) {
  return new Promise((done) => {
    const xhr = new XMLHttpRequest();
    const body = new FormData(form);
    body.delete("files");
    body.append("files", file, file.name);
    xhr.open("POST", form.action);
    xhr.setRequestHeader("HX-Request", "true");
    xhr.upload.addEventListener("progress", ({ loaded, total }) => {
      item.querySelector("progress").value = total ? (100 * loaded) / total : 0;
    });
    xhr.addEventListener("load", () => {
      if (xhr.status === 401 && xhr.getResponseHeader("X-CRC-Session") === "expired") {
        const detail = {
          retry: () => upload(form, file, item),
          giveUp: () => settle(item, { problem: form.dataset.failed }),
        };
        document.dispatchEvent(new CustomEvent("crc:session-expired", { detail }));
      } else if (xhr.status >= 200 && xhr.status < 300) arrived(form, item, xhr);
      else settle(item, { problem: sentenceOf(form, xhr) });
      done();
    });
    xhr.addEventListener("error", () => {
      settle(item, { problem: form.dataset.failed });
      done();
    });
    xhr.addEventListener("abort", done);
    item.addEventListener("crc:cancel", () => xhr.abort());
    xhr.send(body);
  });
}

async function take(form, files) {
  const queue = [];
  for (const file of files) {
    const item = row(form, file);
    const limit = Number(form.dataset.maxBytes ?? 0);
    if (limit && file.size > limit) {
      settle(item, { problem: form.dataset.tooLarge.replace("{name}", file.name) });
    } else queue.push([file, item]);
  }
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (next[1].isConnected) await upload(form, ...next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const zoneOf = (target) => target.closest?.("[data-crc-dropzone]");

document.addEventListener("change", ({ target }) => {
  const form = target.matches("input[type=file]") && zoneOf(target);
  if (!form) return;
  take(form, [...target.files]);
  target.value = "";
});

document.addEventListener("dragover", (event) => {
  const form = zoneOf(event.target);
  // A file dropped beside the zone would otherwise replace the page and what is typed in it.
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  for (const zone of document.querySelectorAll(".dropzone")) {
    zone.classList.toggle("is-over", form?.contains(zone) ?? false);
  }
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) {
    document.querySelectorAll(".dropzone.is-over").forEach((zone) => zone.classList.remove("is-over"));
  }
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  document.querySelectorAll(".dropzone.is-over").forEach((zone) => zone.classList.remove("is-over"));
  const form = zoneOf(event.target);
  if (form) take(form, [...event.dataTransfer.files]);
});

// A pasted screenshot has no name worth keeping: give it the hour.
function named(form, file) {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
  const end = file.type.split("/")[1] ?? "png";
  return new File([file], `${form.dataset.pasteName}-${stamp}.${end}`, { type: file.type });
}

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || event.clipboardData.types.includes("text/plain")) return;
  const zones = [...document.querySelectorAll("[data-crc-dropzone]")];
  const form = zoneOf(event.target) ?? (zones.length === 1 ? zones[0] : null);
  if (!form) return;
  event.preventDefault();
  take(form, files.map((file) => (file.name === "image.png" ? named(form, file) : file)));
});
