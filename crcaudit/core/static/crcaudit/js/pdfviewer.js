// Shows a PDF in the page: sheets drawn when they come near, with selectable text over them.

const NEAR = "150% 0px";
const STEP = 1.25;
const LARGEST_FIT = 1.5; // a sheet fills the column, but is not blown up on a wide screen
const MAX_RATIO = 2; // device pixels per CSS pixel: beyond, memory for nothing

class Viewer {
  constructor(root) {
    this.root = root;
    this.pages = root.querySelector(".pdf-pages");
    this.zoom = 1;
    this.sheets = [];
    this.drawn = new Map(); // sheet -> render task
  }

  async open() {
    const { crcPdf: url, lib, worker, assets, page } = this.root.dataset;
    try {
      this.pdfjs = await import(lib);
      this.pdfjs.GlobalWorkerOptions.workerSrc = worker;
      this.document = await this.pdfjs.getDocument({
        url,
        wasmUrl: new URL(assets, document.baseURI).href,
        isEvalSupported: false, // the site's policy forbids both
        useWasm: false,
        enableXfa: false,
      }).promise;
      await this.lay();
    } catch {
      this.root.querySelector("[data-pdf-problem]").hidden = false;
      this.pages.hidden = true;
      return;
    }
    this.bind();
    this.go(Number(page ?? 1), "instant");
    this.root.dataset.ready = "yes";
  }

  async lay() {
    const first = await this.document.getPage(1);
    this.natural = first.getViewport({ scale: 1 });
    this.root.querySelector("[data-pdf-total]").textContent = `/ ${this.document.numPages}`;
    this.observer = new IntersectionObserver((seen) => this.moved(seen), { root: this.pages, rootMargin: NEAR });
    for (let number = 1; number <= this.document.numPages; number += 1) {
      const sheet = document.createElement("div");
      sheet.className = "pdf-page";
      sheet.dataset.number = number;
      sheet.setAttribute("role", "region");
      const text = this.root.dataset.textPage;
      sheet.setAttribute("aria-label", text.replace("{n}", number).replace("{total}", this.document.numPages));
      this.sheets.push(sheet);
      this.size(sheet, this.natural);
      this.pages.append(sheet);
      this.observer.observe(sheet);
    }
  }

  scaleFor(viewport) {
    const room = this.pages.clientWidth - 32;
    return Math.max(0.1, Math.min(room / viewport.width, LARGEST_FIT) * this.zoom);
  }

  size(sheet, viewport) {
    const scale = this.scaleFor(viewport);
    sheet.style.width = `${viewport.width * scale}px`;
    sheet.style.height = `${viewport.height * scale}px`;
    sheet.style.setProperty("--total-scale-factor", scale);
  }

  moved(seen) {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) this.draw(target);
      else this.clear(target);
    }
  }

  clear(sheet) {
    this.drawn.get(sheet)?.cancel?.();
    this.drawn.delete(sheet);
    sheet.replaceChildren();
  }

  async draw(sheet) {
    if (this.drawn.has(sheet)) return;
    this.drawn.set(sheet, {});
    const page = await this.document.getPage(Number(sheet.dataset.number));
    const natural = page.getViewport({ scale: 1 });
    this.size(sheet, natural);
    if (!this.drawn.has(sheet)) return;
    const viewport = page.getViewport({ scale: this.scaleFor(natural) });
    const ratio = Math.min(window.devicePixelRatio || 1, MAX_RATIO);
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    const layer = document.createElement("div");
    layer.className = "textLayer";
    sheet.replaceChildren(canvas, layer);
    const task = page.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
    this.drawn.set(sheet, task);
    const text = new this.pdfjs.TextLayer({
      textContentSource: page.streamTextContent(),
      container: layer,
      viewport,
    });
    // A sheet that left the screen meanwhile is cancelled: nothing to tell.
    await Promise.allSettled([task.promise, text.render()]);
  }

  redraw() {
    const kept = this.current();
    for (const sheet of this.sheets) {
      this.clear(sheet);
      this.size(sheet, this.natural);
      this.observer.unobserve(sheet);
      this.observer.observe(sheet);
    }
    this.go(kept, "instant");
  }

  current() {
    const middle = this.pages.scrollTop + this.pages.clientHeight / 3;
    const at = this.sheets.findLastIndex((sheet) => sheet.offsetTop <= middle);
    return Math.max(at, 0) + 1;
  }

  go(number, behavior = "auto") {
    const wanted = Math.min(Math.max(Math.trunc(number) || 1, 1), this.sheets.length);
    this.pages.scrollTo({ top: this.sheets[wanted - 1].offsetTop - 8, behavior });
    this.tell(wanted);
  }

  tell(number) {
    const field = this.root.querySelector("[data-pdf-number]");
    if (field.value === String(number)) return;
    field.value = number;
    this.root.dispatchEvent(new CustomEvent("crc:pdf-page", { bubbles: true, detail: { number } }));
  }

  bind() {
    const on = (name, act) => this.root.querySelector(name).addEventListener("click", act);
    on("[data-pdf-previous]", () => this.go(this.current() - 1));
    on("[data-pdf-next]", () => this.go(this.current() + 1));
    on("[data-pdf-in]", () => this.resize(STEP));
    on("[data-pdf-out]", () => this.resize(1 / STEP));
    const field = this.root.querySelector("[data-pdf-number]");
    field.addEventListener("change", () => this.go(Number(field.value)));
    this.pages.addEventListener("scroll", () => {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.tell(this.current()));
    });
    let width = this.pages.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.pages.clientWidth - width) < 24) return;
      width = this.pages.clientWidth;
      this.redraw();
    }).observe(this.pages);
  }

  resize(factor) {
    this.zoom = Math.min(Math.max(this.zoom * factor, 0.5), 4);
    this.redraw();
  }
}

function openAll(root) {
  for (const element of root.querySelectorAll?.("[data-crc-pdf]:not([data-opened])") ?? []) {
    element.dataset.opened = "yes";
    new Viewer(element).open();
  }
}

document.addEventListener("htmx:load", ({ detail }) => openAll(detail.elt));
openAll(document);
