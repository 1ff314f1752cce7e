/** What is done to all selected rows at once, each as one step that can be undone. */

import { element, filled } from "./dom.js";
import { moved, put } from "./groups.js";
import { flat, locked, shown, write } from "./sheet.js";

export class Bulk {
  constructor(told, grid, present, change) {
    Object.assign(this, { told, grid, present, change });
    this.words = told.words;
    this.place = document.getElementById("sheet-bulk");
    this.rows = [];
    if (told.may.editor) this.#build();
  }

  #build() {
    const { words, told } = this;
    const field = (label, more = {}) => element("input", { "aria-label": label, autocomplete: "off", ...more });
    const button = (word, act) => element("button", { type: "button", class: "desk-button sheet-quiet", onclick: act }, words[word]);
    this.count = element("strong", { id: "sheet-selected", "aria-live": "polite" });
    this.what = element("select", { "aria-label": words.column, id: "sheet-bulk-column", onchange: () => this.#turn() });
    this.value = field(words.value, { id: "sheet-bulk-value", list: "sheet-bulk-values" });
    this.values = element("datalist", { id: "sheet-bulk-values" });
    const zones = [told.zone, "UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [])];
    this.from = field(words.from, { type: "datetime-local", id: "sheet-bulk-from" });
    this.until = field(words.until, { type: "datetime-local", id: "sheet-bulk-until" });
    this.zone = element("select", { "aria-label": words.zone, id: "sheet-bulk-zone" }, ...[...new Set(zones)].map((name) => element("option", {}, name)));
    this.times = element("span", { class: "sheet-with" }, element("label", {}, words.from, " ", this.from), element("label", {}, words.until, " ", this.until), this.zone);
    this.to = field(words.position, { type: "number", min: 1, id: "sheet-bulk-to", class: "sheet-short" });
    const set = element("button", { type: "button", class: "desk-button", id: "sheet-bulk-set", onclick: () => this.#set() }, words.set);
    this.value.addEventListener("keydown", (event) => event.key === "Enter" && this.#set());
    this.to.addEventListener("keydown", (event) => event.key === "Enter" && this.#move());
    this.place.replaceChildren(this.count, element("label", {}, words.column, " ", this.what), this.value, this.values, this.times, set, element("label", {}, words.position, " ", this.to), button("move_there", () => this.#move()));
    this.place.hidden = false;
  }

  /** Hear which rows are selected. */
  selected(rows) {
    this.rows = rows;
    if (!this.count || !this.grid?.headings) return;
    const said = filled(this.words.selected, { count: rows.length });
    if (this.count.textContent !== said) this.count.textContent = said;
    const key = this.grid.headings.join("\n");
    if (this.key === key) return;
    this.key = key;
    const before = this.what.value;
    const all = [...flat(shown(this.present())).filter((name) => !["from", "until", "zone"].includes(name)), "schedule", "group"];
    this.what.replaceChildren(...all.map((name) => element("option", { value: name, selected: name === before }, this.words[name] ?? name)));
    this.#turn();
  }

  #turn() {
    const isTimes = this.what.value === "schedule";
    this.times.hidden = !isTimes;
    this.value.hidden = isTimes;
    const { variants, segments } = this.told.vocabulary;
    const own = { variant: Object.keys(variants), segments: Object.keys(segments), enabled: ["yes", "no"], rollout: ["1", "5", "10", "25", "50", "100"] }[this.what.value];
    const seen = own ?? [...new Set(this.present().rows.map((row) => row[this.what.value]).filter(Boolean))].slice(0, 100);
    this.values.replaceChildren(...seen.map((value) => element("option", { value })));
  }

  #set() {
    const heading = this.what.value;
    const sheet = this.present();
    const rows = this.rows.filter((row) => !locked(sheet.rows[row], heading));
    if (!rows.length) return;
    let next = null;
    if (heading === "group") next = put(sheet, this.rows, this.value.value.trim());
    else if (heading === "schedule") {
      const [from, until] = [this.from.value, this.until.value];
      const zone = from || until ? this.zone.value : "";
      next = write(sheet, this.rows.flatMap((row) => [[row, "from", from], [row, "until", until], [row, "zone", zone]]));
    } else next = write(sheet, rows.map((row) => [row, heading, this.value.value.trim()]));
    this.change(next, "set_rows", { count: rows.length, column: this.words[heading] ?? heading });
  }

  #move() {
    const { rows } = this;
    const to = Number(this.to.value) - 1;
    if (!rows.length || !Number.isInteger(to) || to < 0) return;
    const count = rows.at(-1) - rows[0] + 1;
    const at = Math.min(to, this.present().rows.length - count);
    if (this.change(moved(this.present(), rows[0], count, at), "moved", { from: rows[0] + 1, row: at + 1, all: this.present().rows.length })) this.grid.whole(at + count - 1), (this.grid.anchor = { row: at, column: this.grid.headings.length - 1 }), this.grid.select();
  }
}
