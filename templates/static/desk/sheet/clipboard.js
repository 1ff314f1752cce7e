/** Cells to and from a spreadsheet: what is selected as lines of texts with tabs between them. */

import * as sheets from "./sheet.js";
import * as tsv from "./tsv.js";

/** ``act`` may clear and change; ``present`` returns the sheet. */
export function clipboard(grid, present, act) {
  const inside = (event) => document.activeElement?.closest?.(".sheet-grid") && !event.target.closest?.("input, textarea");
  const chosen = () => {
    const { left, right } = grid.range();
    return grid.rows().map((row) => grid.headings.slice(left, right + 1).map((heading) => present().rows[row][heading] ?? ""));
  };
  for (const kind of ["copy", "cut"]) {
    document.addEventListener(kind, (event) => {
      if (!inside(event)) return;
      event.clipboardData.setData("text/plain", tsv.write(chosen()));
      event.preventDefault();
      if (kind === "cut") act.clear();
    });
  }
  document.addEventListener("paste", (event) => {
    if (!inside(event)) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (text) act.paste(tsv.read(text));
  });
}

/** Lines as they go onto the sheet: one cell is put into every selected one. */
export function pasted(grid, sheet, lines) {
  const { top, bottom, left, right } = grid.range();
  const isOne = lines.length === 1 && lines[0].length === 1;
  const rows = isOne ? grid.rows().map(() => Array(right - left + 1).fill(lines[0][0])) : lines;
  const hidden = isOne && grid.rows().length !== bottom - top + 1;
  if (hidden) return sheets.write(sheet, grid.rows().flatMap((row) => grid.headings.slice(left, right + 1).map((heading) => [row, heading, lines[0][0].trim()])));
  return sheets.paste(sheet, sheet.rows.length ? top : 0, left, rows.length ? rows : lines, grid.headings);
}
