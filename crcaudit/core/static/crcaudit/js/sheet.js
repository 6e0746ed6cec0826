// A table of cells that behaves like a spreadsheet: arrows and Enter move, a block is pasted.

const sheet = document.querySelector("[data-crc-sheet]");

const cellsOf = (row) => [...row.querySelectorAll("input[type=text]")];
const rowsOf = () => [...sheet.tBodies[0].rows].map(cellsOf);

function place(cell) {
  const rows = rowsOf();
  const row = rows.findIndex((cells) => cells.includes(cell));
  return { rows, row, column: row < 0 ? -1 : rows[row].indexOf(cell) };
}

function go(cell, down, across) {
  const { rows, row, column } = place(cell);
  const next = rows[row + down]?.[column + across];
  if (!next) return false;
  next.focus();
  next.select();
  return true;
}

const atStart = (cell) => cell.selectionStart === 0 && (cell.selectionEnd === 0 || cell.selectionEnd === cell.value.length);
const atEnd = (cell) => cell.selectionEnd === cell.value.length && (cell.selectionStart === cell.value.length || cell.selectionStart === 0);

const MOVES = {
  ArrowUp: (cell) => go(cell, -1, 0),
  ArrowDown: (cell) => go(cell, 1, 0),
  ArrowLeft: (cell) => atStart(cell) && go(cell, 0, -1),
  ArrowRight: (cell) => atEnd(cell) && go(cell, 0, 1),
};

function pasted(cell, text) {
  // A spreadsheet copies rows as lines and columns as tabs, and ends with a line break.
  const block = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  if (block.length === 1 && block[0].length === 1) return false;
  const { rows, row, column } = place(cell);
  block.forEach((values, down) => {
    values.forEach((value, across) => {
      const target = rows[row + down]?.[column + across];
      if (!target) return;
      target.value = value.trim();
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  return true;
}

if (sheet) {
  sheet.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (cell.type !== "text" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      // In the last row it saves, as a form does.
      if (go(cell, event.shiftKey ? -1 : 1, 0)) event.preventDefault();
    } else if (MOVES[event.key]?.(cell)) {
      event.preventDefault();
    }
  });
  sheet.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target.type === "text" && pasted(event.target, text)) event.preventDefault();
  });
}
