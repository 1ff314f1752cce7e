/** Columns from the catalogue of attributes: offered with their types, added, and taken away. */

import { element } from "./dom.js";
import * as sheets from "./sheet.js";

const FAMILIES = /^(traits|derived|context|features|scores|clusters|consent|session|time)\.[^.\s]+(\.[^.\s]+)*$/;

export class Columns {
  constructor(told, page) {
    Object.assign(this, { told, page });
    this.field = document.getElementById("sheet-column");
    const { words, vocabulary } = told;
    const all = [["segments", words.segments], ["rest", words.rest], ...Object.entries(vocabulary.attributes)];
    document.getElementById("sheet-attributes").replaceChildren(...all.map(([path, type]) => element("option", { value: path }, type ?? "")));
    this.field.addEventListener("keydown", (event) => event.key === "Enter" && this.add());
  }

  /** Add the column that is named; say what was expected where it is none. */
  add() {
    const { page } = this;
    const name = this.field.value.trim();
    if (!name) return this.field.focus();
    if (page.history.present.headings.includes(name)) {
      page.say("column_there");
      return page.grid.go(page.grid.at.row, page.grid.headings.indexOf(name));
    }
    const fits = name === "segments" || name === "rest" || FAMILIES.test(name);
    this.field.setCustomValidity(fits ? "" : this.told.words.column_expected);
    if (!fits) return this.field.reportValidity();
    page.change(sheets.addColumn(page.history.present, name));
    this.field.value = "";
    return page.grid.go(page.grid.at.row, page.grid.headings.indexOf(name));
  }

  /** Take away the column where the cursor stands, with what is in it. */
  remove() {
    const { page } = this;
    const heading = page.grid.headings[page.grid.at.column];
    if (!heading || !sheets.asks(heading)) return page.say("no_such_column");
    if (page.change(sheets.removeColumn(page.history.present, heading))) page.say("column_removed", { column: heading });
    return page.grid.go(page.grid.at.row, page.grid.at.column);
  }
}
