/** The table: chips and words to read, one tab stop, and only rows that changed are drawn again. */

import { element, filled } from "./dom.js";
import { flat, parts, shown } from "./sheet.js";

const NAMED = ["segments", "variant", "rollout", "priority", "from", "until", "zone", "enabled", "note", "rest"];

export class Grid {
  #drawn = new WeakMap();
  #key = "";
  #chosen = [];

  constructor(mount, told, act) {
    this.told = told;
    this.words = told.words;
    this.act = act;
    this.head = element("thead");
    this.body = element("tbody");
    this.foot = element("tfoot");
    this.table = element("table", { role: "grid", class: "desk-table sheet-grid", "aria-labelledby": "sheet-title", "aria-multiselectable": "true" }, this.head, this.body, this.foot);
    mount.replaceChildren(this.table);
    this.at = { row: 0, column: 0 };
    this.anchor = null;
    this.faults = [];
    this.findings = [];
    this.people = null;
  }

  draw(sheet) {
    this.sheet = sheet;
    const groups = shown(sheet);
    this.headings = flat(groups);
    const key = JSON.stringify([this.headings, groups.asked.length]);
    if (key !== this.#key) {
      this.#key = key;
      this.#drawn = new WeakMap();
      this.#heads(groups);
    }
    const rows = sheet.rows.map((row) => this.#drawn.get(row) ?? this.#row(row));
    if (rows.length !== this.body.children.length || rows.some((row, i) => row !== this.body.children[i])) this.body.replaceChildren(...rows);
    rows.forEach((row, i) => this.#place(row, i));
    this.table.setAttribute("aria-rowcount", rows.length + 3);
    this.at.row = Math.max(0, Math.min(this.at.row, rows.length - 1));
    this.at.column = Math.max(0, Math.min(this.at.column, this.headings.length - 1));
    this.#last(sheet, groups);
    this.mark();
  }

  #heads({ asked, then, reach }) {
    const { words } = this;
    const group = (name, count) => element("th", { scope: "colgroup", colspan: count, class: "sheet-group" }, words[name]);
    const heading = (name) => element("th", { scope: "col", class: NAMED.includes(name) ? null : "sheet-attribute" }, NAMED.includes(name) ? words[name] : name);
    this.head.replaceChildren(
      element("tr", {}, element("td", {}), asked.length ? group("if", asked.length) : "", group("then", Math.max(1, then.length)), group("reach", reach.length + 1)),
      element("tr", {}, element("th", { scope: "col" }, "#"), ...asked.map(heading), ...(then.length ? then.map(heading) : [element("td")]), element("th", { scope: "col" }, words.people), ...reach.map(heading)),
    );
    this.before = asked.length + Math.max(1, then.length);
    this.gap = then.length ? 0 : 1;
  }

  #row(row) {
    const cells = this.headings.map((heading, column) => this.#cell(row, heading, column));
    const button = (verb, sign) => element("button", { type: "button", tabindex: "-1", class: "sheet-move", data: { verb } }, sign);
    const head = element("th", { scope: "row" }, element("span", { class: "sheet-number" }), button("up", "\u2191"), button("down", "\u2193"));
    const people = element("td", { role: "gridcell", class: "sheet-people" });
    cells.splice(this.before - this.gap, 0, ...(this.gap ? [element("td")] : []), people);
    const made = element("tr", { draggable: "true", class: (row.enabled ?? "yes") === "no" ? "desk-off" : null }, head, ...cells);
    this.#drawn.set(row, made);
    return made;
  }

  #cell(row, heading, column) {
    return element("td", { role: "gridcell", tabindex: "-1", data: { column }, class: "sheet-cell" }, ...this.chips(heading, row[heading] ?? ""));
  }

  /** A cell in words: its parts as chips, and "any" where it asks nothing. */
  chips(heading, text) {
    if (!text) return THEN_OR_REACH(heading) ? [""] : [element("span", { class: "sheet-any" }, this.words.any)];
    if (heading === "variant") {
      const name = this.told.vocabulary.variants[text];
      return [element("span", { class: name ? "sheet-chip" : "sheet-chip sheet-wrong", title: name ?? this.words.unknown_variant }, name && name !== text ? `${name}` : text)];
    }
    if (THEN_OR_REACH(heading)) return [text];
    const sign = heading === "segments" ? "&" : "|";
    return parts(text, sign).map((part) => element("span", { class: /^not\b/i.test(part) ? "sheet-chip sheet-not" : "sheet-chip" }, heading === "segments" ? this.#segment(part) : part));
  }

  #segment(part) {
    const [, not, slug] = part.match(/^(not\s+)?(.*)$/is);
    const name = this.told.vocabulary.segments[slug.replaceAll('"', "")];
    return (not ? "not " : "") + (name || slug);
  }

  #place(made, i) {
    if (made.dataset.row === String(i)) return;
    made.dataset.row = i;
    made.setAttribute("aria-rowindex", i + 3);
    made.querySelector(".sheet-number").textContent = i + 1;
    for (const button of made.querySelectorAll(".sheet-move")) button.setAttribute("aria-label", filled(this.words[button.dataset.verb], { row: i + 1 }));
  }

  #last(sheet, { asked }) {
    const others = sheet.said.fallback ?? [];
    const input = element("input", { id: "sheet-fallback", "aria-label": this.words.everyone_else, value: others.join(" | "), list: "sheet-variants", autocomplete: "off" });
    input.addEventListener("change", () => this.act.fallback(parts(input.value, "|").filter(Boolean)));
    const variants = element("datalist", { id: "sheet-variants" }, ...Object.entries(this.told.vocabulary.variants).map(([slug, name]) => element("option", { value: slug }, name)));
    const count = element("td", { class: "sheet-people", id: "sheet-fallback-people" });
    const before = Math.max(1, asked.length);
    const after = this.before - asked.length;
    this.foot.replaceChildren(element("tr", { class: "desk-else" }, element("th", { scope: "row" }, "\u2013"), element("td", { colspan: before }, this.words.everyone_else), element("td", { colspan: asked.length ? after : Math.max(1, after - 1) }, input, variants), count, element("td", { colspan: this.headings.length + this.gap - this.before })));
  }

  /** Show faults at their cells, findings at their rows, people, the selection and the tab stop. */
  mark() {
    const wrong = new Map(this.faults.map((fault) => [`${fault.row}/${fault.column}`, fault]));
    const flagged = new Map(this.findings.flatMap((found) => found.rows.map((id) => [id, found])));
    for (const made of this.body.children) {
      const i = Number(made.dataset.row);
      const row = this.sheet.rows[i];
      const found = flagged.get(row.id);
      made.classList.toggle("sheet-flagged", Boolean(found) && found.severity !== "note");
      made.querySelector(".sheet-people").textContent = this.#reached(row);
      if (wrong.size || made.querySelector(".sheet-fault")) for (const cell of made.querySelectorAll(".sheet-cell")) this.#marked(cell, i, wrong);
    }
    this.select();
    const told = document.getElementById("sheet-fallback-people");
    if (told) told.textContent = this.people ? filled(this.words.fallback_people, { count: this.people.nothing, people: this.people.people }) : "";
  }

  #reached(row) {
    const count = this.people?.rows[row.id];
    return count === undefined ? "" : filled(this.words.of_people, { count, people: this.people.people });
  }

  #marked(cell, i, wrong) {
    const fault = wrong.get(`${i}/${this.headings[Number(cell.dataset.column)]}`);
    const shown = cell.querySelector(".sheet-fault");
    if (shown?.textContent === fault?.message) return;
    shown?.remove();
    if (fault) {
      cell.append(element("small", { class: "sheet-fault" }, fault.message));
      cell.setAttribute("aria-invalid", "true");
    } else cell.removeAttribute("aria-invalid");
  }

  /** Show which cells are selected, and let Tab come to one only. */
  select() {
    for (const cell of this.#chosen) {
      cell.tabIndex = -1;
      cell.removeAttribute("aria-selected");
    }
    const { top, bottom, left, right } = this.range();
    this.#chosen = [];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cell = this.cell({ row, column });
        if (!cell) continue;
        cell.setAttribute("aria-selected", "true");
        cell.tabIndex = row === this.at.row && column === this.at.column ? 0 : -1;
        this.#chosen.push(cell);
      }
    }
  }

  range() {
    const other = this.anchor ?? this.at;
    const [top, bottom] = [this.at.row, other.row].sort((a, b) => a - b);
    const [left, right] = [this.at.column, other.column].sort((a, b) => a - b);
    return { top, bottom, left, right };
  }

  rows() {
    const { top, bottom } = this.range();
    return this.sheet.rows.length ? Array.from({ length: bottom - top + 1 }, (_, i) => top + i) : [];
  }

  cell(at = this.at) {
    return this.body.children[at.row]?.querySelector(`[data-column="${at.column}"]`);
  }

  /** Go to a cell; with ``extend`` the selection grows to it. */
  go(row, column, extend = false) {
    this.anchor = extend ? (this.anchor ?? { ...this.at }) : null;
    this.at = { row: Math.max(0, Math.min(row, this.sheet.rows.length - 1)), column: Math.max(0, Math.min(column, this.headings.length - 1)) };
    this.select();
    const cell = this.cell();
    cell?.focus();
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

const THEN_OR_REACH = (heading) => heading === "variant" || heading === "values" || heading.startsWith("value ") || NAMED.slice(2, 9).includes(heading);
