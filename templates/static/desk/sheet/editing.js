/** One cell being written: a plain text field with what others wrote in this column to choose from. */

import { element } from "./dom.js";

const MOST = 200;

export class Editing {
  constructor(grid, told, done) {
    this.grid = grid;
    this.told = told;
    this.done = done;
    this.options = document.body.appendChild(element("datalist", { id: "sheet-options" }));
    this.field = null;
  }

  /** Open the cell where the cursor stands; ``text`` replaces what is in it. */
  open(text = null) {
    const { grid } = this;
    const cell = grid.cell();
    if (!cell || !this.told.may.editor) return;
    const { row, column } = grid.at;
    const heading = grid.headings[column];
    const before = grid.sheet.rows[row][heading] ?? "";
    this.options.replaceChildren(...this.#choices(heading).map(([value, name]) => element("option", { value }, name)));
    this.field = element("input", { class: "sheet-field", list: "sheet-options", autocomplete: "off", "aria-label": `${heading}, ${row + 1}` });
    this.field.value = text ?? before;
    this.field.addEventListener("keydown", (event) => this.#key(event, before, heading, row));
    this.field.addEventListener("blur", () => this.close(heading, row, this.field?.value ?? before));
    cell.replaceChildren(this.field);
    this.field.focus();
    if (text === null) this.field.select();
  }

  close(heading, row, text, step = null) {
    const cell = this.field?.parentNode;
    if (!cell) return;
    this.field = null;
    const inside = cell.contains(document.activeElement);
    cell.replaceChildren(...this.grid.chips(heading, this.grid.sheet.rows[row]?.[heading] ?? ""));
    if (inside) cell.focus();
    this.done(row, heading, text.trim(), step);
  }

  #key(event, before, heading, row) {
    const steps = { Enter: event.shiftKey ? [-1, 0] : [1, 0], Tab: event.shiftKey ? [0, -1] : [0, 1] };
    if (event.key === "Escape") this.close(heading, row, before, [0, 0]);
    else if (steps[event.key] && !event.ctrlKey) this.close(heading, row, this.field.value, steps[event.key]);
    else if (!(event.ctrlKey && event.key.toLowerCase() === "s")) return event.stopPropagation();
    else return this.close(heading, row, this.field.value, [0, 0]);
    event.preventDefault();
    event.stopPropagation();
  }

  #choices(heading) {
    const { segments, variants } = this.told.vocabulary;
    if (heading === "segments") return Object.entries(segments);
    if (heading === "variant") return Object.entries(variants);
    if (heading === "enabled") return [["yes", this.told.words.yes], ["no", this.told.words.no]];
    const seen = new Set(this.grid.sheet.rows.map((row) => row[heading]).filter(Boolean));
    return [...seen].slice(0, MOST).map((value) => [value, ""]);
  }
}
