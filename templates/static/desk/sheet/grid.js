/** The table: chips and words to read, one tab stop, and only rows that changed are drawn again. */

import { chips } from "./chips.js";
import { arranged, element, filled } from "./dom.js";
import { runs } from "./groups.js";
import { flat, locked, parts, shown } from "./sheet.js";

const NAMED = ["segments", "variant", "rollout", "priority", "from", "until", "zone", "enabled", "note", "rest"];

/** With more rows the columns have widths of their own: the browser measures no cell. */
const MANY = 120;

export class Grid {
  #drawn = new WeakMap();
  #cells = new WeakMap();
  #key = "";
  #chosen = [];
  #collapsed = new Set();
  #there = "";

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
    this.others = [];
    this.wanted = null;
    this.lines = [];
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
    this.lines = sheet.rows.map((row) => this.#drawn.get(row) ?? this.#row(row));
    const all = this.#headed(sheet.rows);
    arranged(this.body, all);
    this.table.classList.toggle("sheet-many", this.lines.length > MANY);
    this.lines.forEach((row, i) => this.#place(row, i));
    this.table.setAttribute("aria-rowcount", this.lines.length + 3);
    this.at = this.#inside(this.at.row, this.at.column);
    if (this.anchor) this.anchor = this.#inside(this.anchor.row, this.anchor.column);
    this.#last(sheet, groups);
    this.hide();
    this.mark();
  }

  #inside(row, column) {
    return { row: Math.max(0, Math.min(row, this.sheet.rows.length - 1)), column: Math.max(0, Math.min(column, this.headings.length - 1)) };
  }

  #heads({ asked, then, reach }) {
    const { words } = this;
    const group = (name, count) => element("th", { scope: "colgroup", colspan: count, class: "sheet-group" }, words[name]);
    const heading = (name) => element("th", { scope: "col", class: NAMED.includes(name) ? null : "sheet-attribute", data: { heading: name } }, NAMED.includes(name) ? words[name] : name);
    this.head.replaceChildren(
      element("tr", {}, element("td", {}), asked.length ? group("if", asked.length) : "", group("then", Math.max(1, then.length)), group("reach", reach.length + 1)),
      element("tr", {}, element("th", { scope: "col" }, "#"), ...asked.map(heading), ...(then.length ? then.map(heading) : [element("td")]), element("th", { scope: "col" }, words.people), ...reach.map(heading)),
    );
    this.table.querySelector("colgroup")?.remove();
    const wide = (name) => element("col", { class: `sheet-col-${NAMED.includes(name) ? name : "attribute"}` });
    this.table.prepend(element("colgroup", {}, element("col", { class: "sheet-col-number" }), ...asked.map(wide), ...(then.length ? then.map(wide) : [element("col")]), element("col", { class: "sheet-col-people" }), ...reach.map(wide)));
    this.before = asked.length + Math.max(1, then.length);
    this.gap = then.length ? 0 : 1;
    this.width = 2 + this.headings.length + this.gap;
  }

  #row(row) {
    const cells = this.headings.map((heading, column) => element("td", { role: "gridcell", tabindex: "-1", data: { column }, class: "sheet-cell", "aria-readonly": locked(row, heading) ? "true" : null }, ...this.chips(heading, row)));
    const button = (verb, sign) => element("button", { type: "button", tabindex: "-1", class: "sheet-move", data: { verb } }, sign);
    const head = element("th", { scope: "row" }, element("span", { class: "sheet-number" }), button("up", "\u2191"), button("down", "\u2193"));
    const people = element("td", { role: "gridcell", class: "sheet-people" });
    const all = [...cells];
    all.splice(this.before - this.gap, 0, ...(this.gap ? [element("td")] : []), people);
    const made = element("tr", { draggable: "true", class: (row.enabled ?? "yes") === "no" ? "desk-off" : null }, head, ...all);
    this.#drawn.set(row, made);
    this.#cells.set(made, { cells, people, number: head.firstChild });
    return made;
  }

  /** A cell in words: its parts as chips, and "any" where it asks nothing. */
  chips(heading, row = {}) {
    return chips(heading, row[heading] ?? "", this.told, row);
  }

  /** The lines with a heading above each group. */
  #headed(rows) {
    const groups = runs(rows);
    if (groups.every((run) => !run.name)) {
      this.#there = "";
      return this.lines;
    }
    const there = JSON.stringify(groups);
    if (there !== this.#there) this.titles = groups.map((run) => run.name && this.#title(run));
    this.#there = there;
    return groups.flatMap((run, i) => [...(run.name ? [this.titles[i]] : []), ...this.lines.slice(run.from, run.to)]);
  }

  #title({ name, from, to }) {
    const { words, told } = this;
    const open = !this.#collapsed.has(name);
    const button = (verb, sign, word) => element("button", { type: "button", class: "sheet-move", data: { group: verb }, "aria-label": filled(word, { name }), title: filled(word, { name }), onclick: () => this.act.group(verb, from) }, sign);
    const fold = element("button", { type: "button", class: "sheet-fold", "aria-expanded": String(open), onclick: () => this.fold(name) }, `${open ? "\u25be" : "\u25b8"} ${name}`);
    const count = element("span", { class: "desk-quiet" }, ` ${filled(words.rows_in_group, { count: to - from, from: from + 1, to })} `);
    const tools = told.may.editor ? [button("up", "\u2191", words.group_up), button("down", "\u2193", words.group_down), button("rename", "\u270e", words.group_rename), button("dissolve", "\u00d7", words.group_dissolve)] : [];
    return element("tr", { class: "sheet-title", data: { group: name } }, element("td", { colspan: this.width }, element("span", { class: "sheet-titled" }, fold, count, ...tools)));
  }

  /** Fold a group, or open it. */
  fold(name, open = this.#collapsed.has(name)) {
    if (open) this.#collapsed.delete(name);
    else this.#collapsed.add(name);
    this.#there = "";
    this.draw(this.sheet);
    this.title(name)?.querySelector(".sheet-fold").focus();
  }

  title(name) {
    return [...this.body.querySelectorAll(".sheet-title")].find((one) => one.dataset.group === name);
  }

  /** Hide what is folded away, and what is not wanted. */
  hide() {
    this.lines.forEach((made, i) => {
      const row = this.sheet.rows[i];
      const hidden = this.#collapsed.has(row.group ?? "") || Boolean(this.wanted && !this.wanted(row));
      if (made.hidden !== hidden) made.hidden = hidden;
    });
    const { row, column } = this.at;
    if (!this.lines[row]?.hidden) return;
    const below = this.seen(row, 1);
    this.at = { row: below === row ? this.seen(row, -1) : below, column };
    this.anchor = null;
    this.select();
  }

  #place(made, i) {
    if (made.dataset.row === String(i)) return;
    made.dataset.row = i;
    made.setAttribute("aria-rowindex", i + 3);
    this.#cells.get(made).number.textContent = i + 1;
    for (const button of made.querySelectorAll(".sheet-move")) button.setAttribute("aria-label", filled(this.words[button.dataset.verb], { row: i + 1 }));
  }

  #last(sheet, { asked }) {
    const others = sheet.said.fallback ?? [];
    const input = element("input", { id: "sheet-fallback", "aria-label": this.words.everyone_else, value: others.join(" | "), list: "sheet-variants", autocomplete: "off", readonly: !this.told.may.editor });
    input.addEventListener("change", () => this.act.fallback(parts(input.value, "|").filter(Boolean)));
    const variants = element("datalist", { id: "sheet-variants" }, ...Object.entries(this.told.vocabulary.variants).map(([slug, name]) => element("option", { value: slug }, name)));
    const count = element("td", { class: "sheet-people", id: "sheet-fallback-people" });
    const before = Math.max(1, asked.length);
    const after = this.before - asked.length;
    this.foot.replaceChildren(element("tr", { class: "desk-else" }, element("th", { scope: "row" }, "\u2013"), element("td", { colspan: before }, this.words.everyone_else), element("td", { colspan: asked.length ? after : Math.max(1, after - 1) }, input, variants), count, element("td", { colspan: this.headings.length + this.gap - this.before })));
  }

  /** Show faults at their cells, findings at their rows, people, who else is there, the selection. */
  mark() {
    const wrong = new Map();
    for (const fault of this.faults) wrong.set(fault.row, (wrong.get(fault.row) ?? new Map()).set(fault.column, fault));
    const flagged = new Map(this.findings.filter((found) => found.severity !== "note").flatMap((found) => found.rows.map((id) => [id, found])));
    const there = new Map(this.others.map((one) => [one.row, one.who]));
    this.lines.forEach((made, i) => {
      const row = this.sheet.rows[i];
      const { cells, people } = this.#cells.get(made);
      made.classList.toggle("sheet-flagged", flagged.has(row.id));
      made.classList.toggle("sheet-theirs", there.has(row.id));
      const title = there.has(row.id) ? filled(this.words.is_here, { who: there.get(row.id) }) : "";
      if (made.title !== title) made.title = title;
      this.#reached(people, row);
      const mine = wrong.get(i);
      if (!mine && !made.dataset.wrong) return;
      cells.forEach((cell, column) => this.#marked(cell, mine?.get(this.headings[column])));
      if (mine) made.dataset.wrong = "yes";
      else delete made.dataset.wrong;
    });
    this.select();
    const told = document.getElementById("sheet-fallback-people");
    if (told) told.textContent = this.people ? filled(this.words.fallback_people, { count: this.people.nothing, people: this.people.people }) : "";
  }

  #reached(place, row) {
    const [got, true_] = this.people?.rows[row.id] ?? [];
    const told = got === undefined ? "" : filled(this.words.of_people, { count: got, people: true_ ?? this.people.people });
    if (place.dataset.told === told) return;
    place.dataset.told = told;
    place.replaceChildren(told);
    if (!told || !this.people.people) return;
    const bar = (count, name) => {
      const made = element("span", { class: name });
      made.style.inlineSize = `${(100 * (count ?? 0)) / this.people.people}%`;
      return made;
    };
    place.title = filled(this.words.reached, { got, true: true_ ?? "?", people: this.people.people });
    place.append(element("span", { class: "sheet-bar", "aria-hidden": "true" }, bar(true_ ?? got, "sheet-true"), bar(got, "sheet-got")));
  }

  #marked(cell, fault) {
    const told = cell.querySelector(".sheet-fault");
    if (cell.querySelector(".sheet-field") || told?.textContent === fault?.message) return;
    told?.remove();
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
      const own = this.lines[row] && !this.lines[row].hidden ? this.#cells.get(this.lines[row]).cells.slice(left, right + 1) : [];
      for (const cell of own) cell.setAttribute("aria-selected", "true");
      this.#chosen.push(...own);
    }
    const first = this.cell();
    if (first) first.tabIndex = 0;
    if (first && !this.#chosen.includes(first)) this.#chosen.push(first);
    this.act.selected?.(this.rows());
  }

  range() {
    const other = this.anchor ?? this.at;
    const [top, bottom] = [this.at.row, other.row].sort((a, b) => a - b);
    const [left, right] = [this.at.column, other.column].sort((a, b) => a - b);
    return { top, bottom, left, right };
  }

  /** The selected rows; what is hidden is not selected. */
  rows() {
    const { top, bottom } = this.range();
    return this.sheet?.rows.length ? Array.from({ length: bottom - top + 1 }, (_, i) => top + i).filter((row) => row === this.at.row || !this.lines[row].hidden) : [];
  }

  cell(at = this.at) {
    return this.lines[at.row] && this.#cells.get(this.lines[at.row]).cells[at.column];
  }

  /** The nearest row in a direction that is not hidden; where none is left, the row itself. */
  seen(row, step) {
    const way = Math.sign(step);
    let left = Math.abs(step);
    let found = row;
    for (let at = row + way; left && at >= 0 && at < this.lines.length; at += way) {
      if (this.lines[at].hidden) continue;
      found = at;
      left -= 1;
    }
    return found;
  }

  /** Go to a cell; with ``extend`` the selection grows to it. What is folded away opens. */
  go(row, column, extend = false) {
    this.anchor = extend ? (this.anchor ?? { ...this.at }) : null;
    this.at = this.#inside(row, column);
    const name = this.sheet.rows[this.at.row]?.group ?? "";
    if (this.#collapsed.has(name)) this.fold(name, true);
    this.select();
    const cell = this.cell();
    cell?.focus();
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Select whole rows, from the anchor to this one where it is extended. */
  whole(row, extend = false) {
    const from = extend && this.anchor ? this.anchor.row : row;
    this.at = this.#inside(row, 0);
    this.anchor = this.#inside(from, Infinity);
    this.select();
    this.cell()?.focus();
  }
}
