/** The page's own box to find in: jumps from cell to cell, or leaves only the rows that have it. */

import { calm } from "./asking.js";
import { filled } from "./dom.js";

export class Finding {
  constructor(grid, words) {
    this.grid = grid;
    this.words = words;
    this.box = document.getElementById("sheet-find");
    this.only = document.getElementById("sheet-only");
    this.told = document.getElementById("sheet-found");
    this.hits = [];
    this.box.addEventListener("input", calm(() => this.look(), 120));
    this.only.addEventListener("change", () => this.look());
    this.box.addEventListener("keydown", (event) => this.#key(event));
  }

  open() {
    this.box.focus();
    this.box.select();
  }

  /** Mark what has the words; each cell counts once. */
  look() {
    const { grid } = this;
    const sought = this.box.value.trim().toLowerCase();
    const has = (row, heading) => `${row[heading] ?? ""}`.toLowerCase().includes(sought) || this.#shown(row, heading).includes(sought);
    this.hits = sought ? grid.sheet.rows.flatMap((row, i) => grid.headings.flatMap((heading, column) => (has(row, heading) ? [[i, column]] : []))) : [];
    const marked = new Set(this.hits.map(([row, column]) => `${row}/${column}`));
    for (const cell of grid.body.querySelectorAll(".sheet-found")) cell.classList.remove("sheet-found");
    for (const [row, column] of this.hits) grid.cell({ row, column })?.classList.add("sheet-found");
    const rows = new Set(this.hits.map(([row]) => grid.sheet.rows[row].id));
    const was = grid.wanted;
    grid.wanted = sought && this.only.checked ? (row) => rows.has(row.id) : null;
    if (was || grid.wanted) grid.hide();
    this.told.textContent = sought ? filled(this.words.found, { count: marked.size, rows: rows.size }) : "";
    const first = this.hits.find(([row]) => row >= grid.at.row) ?? this.hits[0];
    if (first) grid.cell({ row: first[0], column: first[1] })?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #shown(row, heading) {
    const { segments, variants } = this.grid.told.vocabulary;
    if (heading === "variant") return (row.experiment ?? variants[row.variant] ?? "").toLowerCase();
    if (heading !== "segments" || !row.segments) return "";
    return row.segments.split("&").map((part) => segments[part.replace(/^\s*not\s+/i, "").trim().replaceAll('"', "")] ?? "").join(" ").toLowerCase();
  }

  #key(event) {
    if (event.key === "Enter") {
      this.look();
      this.jump(event.shiftKey ? -1 : 1, false);
    } else if (event.key === "Escape") {
      this.box.value = "";
      this.look();
      this.grid.cell()?.focus();
    } else if (event.key === "F3") this.jump(event.shiftKey ? -1 : 1, false);
    else return;
    event.preventDefault();
  }

  /** Go to the next hit, or the one before; where ``leave`` is not wanted the box keeps the focus. */
  jump(step, leave = true) {
    if (!this.hits.length) return;
    const { row, column } = this.grid.at;
    const after = ([r, c]) => r > row || (r === row && c > column);
    const before = ([r, c]) => r < row || (r === row && c < column);
    const next = step > 0 ? (this.hits.find(after) ?? this.hits[0]) : (this.hits.findLast(before) ?? this.hits.at(-1));
    this.grid.go(...next);
    if (!leave) this.box.focus();
  }
}
