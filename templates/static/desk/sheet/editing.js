/** One cell being written: a text field, and beside it fields for what its column is made of. */

import { element, filled } from "./dom.js";
import { panel } from "./panel.js";

const LONG = ["note", "rest"];

export class Editing {
  constructor(grid, told, data, done) {
    this.grid = grid;
    this.told = told;
    this.data = data;
    this.done = done;
    this.field = null;
    this.panel = null;
    addEventListener("resize", () => this.#place());
    document.getElementById("sheet-grid").addEventListener("scroll", () => this.#place());
  }

  /** Open the cell where the cursor stands; ``text`` replaces what is in it. */
  open(text = null) {
    const { grid } = this;
    const cell = grid.cell();
    if (!cell || !this.told.may.editor || this.field) return;
    const { row, column } = grid.at;
    this.row = grid.sheet.rows[row].id;
    this.heading = grid.headings[column];
    this.before = grid.sheet.rows[row][this.heading] ?? "";
    const isLong = LONG.includes(this.heading);
    const named = this.told.words[this.heading] ?? this.heading;
    this.field = element(isLong ? "textarea" : "input", { class: "sheet-field", autocomplete: "off", rows: isLong ? 3 : null, "aria-label": `${named}, ${row + 1}`, "aria-describedby": "sheet-editor-help" });
    this.field.value = text ?? this.before;
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.panel?.read?.(this.field.value));
    this.field.addEventListener("focusout", () => this.#left());
    cell.replaceChildren(this.field);
    this.#show();
    this.field.focus();
    if (text === null) this.field.select();
  }

  #show() {
    const set = (text, close = false) => {
      if (!this.field) return;
      this.field.value = text;
      if (close) this.close(text, [0, 0]);
    };
    this.panel = panel(this.heading, this.field.value, { ...this.told, sheet: this.grid.sheet, data: this.data, set });
    if (!this.panel) return;
    const { node } = this.panel;
    node.id = "sheet-editor";
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", filled(this.told.words.editor, { name: this.told.words[this.heading] ?? this.heading }));
    node.addEventListener("focusout", () => this.#left());
    node.addEventListener("keydown", (event) => this.#inside(event));
    node.addEventListener("mousedown", (event) => {
      if (!event.target.closest("input, select, textarea, button, label")) event.preventDefault();
    });
    document.querySelector(".sheet-main").append(node);
    this.#place();
  }

  #place() {
    if (!this.panel || !this.field) return;
    const { node } = this.panel;
    const cell = this.field.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = node;
    const below = cell.bottom + 4 + high <= innerHeight;
    node.style.insetInlineStart = `${Math.max(4, Math.min(cell.left, document.documentElement.clientWidth - wide - 4))}px`;
    node.style.insetBlockStart = `${below ? cell.bottom + 4 : Math.max(4, cell.top - high - 4)}px`;
  }

  /** Whoever goes elsewhere has written: nothing of it is lost. */
  #left() {
    const { field } = this;
    setTimeout(() => {
      const now = document.activeElement;
      if (!field || this.field !== field || this.held || now === field || this.panel?.node.contains(now)) return;
      this.close(field.value);
    });
  }

  close(text, step = null) {
    const cell = this.field?.parentNode;
    if (!cell) return;
    const { grid, heading } = this;
    const row = grid.sheet.rows.findIndex((one) => one.id === this.row);
    const inside = cell.contains(document.activeElement) || this.panel?.node.contains(document.activeElement);
    this.field = null;
    this.panel?.node.remove();
    this.panel = null;
    cell.replaceChildren(...grid.chips(heading, grid.sheet.rows[row]));
    if (inside) cell.focus();
    if (row >= 0) this.done(row, heading, text.replace(/\s+$/g, "").trimStart(), step);
  }

  /** What is being written, while the table is drawn anew; ``resume`` goes on with it. */
  hold() {
    if (!this.field) return null;
    this.held = { row: this.row, heading: this.heading, text: this.field.value, before: this.before, focus: this.field.contains(document.activeElement) };
    this.panel?.node.remove();
    this.field = this.panel = null;
    return this.held;
  }

  resume(held) {
    this.held = null;
    if (!held) return;
    const row = this.grid.sheet.rows.findIndex((one) => one.id === held.row);
    const column = this.grid.headings.indexOf(held.heading);
    if (row < 0 || column < 0) return;
    this.grid.go(row, column);
    this.open(held.text);
    this.before = held.before;
  }

  #key(event) {
    const command = event.ctrlKey || event.metaKey;
    const steps = { Enter: event.shiftKey ? [-1, 0] : [1, 0], Tab: event.shiftKey ? [0, -1] : [0, 1] };
    if (event.isComposing) return event.stopPropagation();
    if (event.key === "Escape") this.close(this.before, [0, 0]);
    else if (event.key === "Enter" && event.altKey && this.field.rows) this.field.setRangeText("\n", this.field.selectionStart, this.field.selectionEnd, "end");
    else if (steps[event.key] && !command) this.close(this.field.value, steps[event.key]);
    else if (event.key === "ArrowDown" && !this.field.rows && this.panel?.first()) this.panel.first().focus();
    else if (event.key === "ArrowDown" && event.altKey && this.panel?.first()) this.panel.first().focus();
    else if (command && event.key.toLowerCase() === "s") {
      this.close(this.field.value, [0, 0]);
      this.grid.act.save();
    } else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  }

  #inside(event) {
    const isText = event.target.matches("input:not([type=checkbox]):not([type=range])");
    if (event.key === "Escape") this.field.focus();
    else if (event.key === "Enter" && (isText || event.target.matches("select, [type=checkbox], [type=range]"))) this.close(this.field.value, [1, 0]);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      this.close(this.field.value, [0, 0]);
      this.grid.act.save();
    } else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  }
}
