/** The matrix page: brings the sheet, the grid, the keys and the server together. */

import { Asking, calm } from "./asking.js";
import { conflicts } from "./conflicts.js";
import { element, filled } from "./dom.js";
import { Draft } from "./draft.js";
import { Editing } from "./editing.js";
import { findings } from "./findings.js";
import { Grid } from "./grid.js";
import { People } from "./people.js";
import { History } from "./history.js";
import { meaning } from "./keys.js";
import * as sheets from "./sheet.js";
import * as tsv from "./tsv.js";

const POLICIES = ["first", "unique", "priority", "any", "collect", "rule_order", "output_order"];
const PAUSE = 350;

const byId = (id) => document.getElementById(id);
const told = JSON.parse(byId("sheet-told").textContent);
const { words, may } = told;
const history = new History(told.sheet);
const asking = new Asking(told.urls);
const draft = new Draft(location.pathname);
let base = told.base;
let clean = told.sheet;

const say = (name, values = {}) => (byId("sheet-said").textContent = filled(words[name], values));
const state = (text) => (byId("sheet-state").textContent = text);

const act = {
  go: (row, column, extend) => grid.go(row, column ?? grid.at.column, extend),
  edit: (text) => editing.open(text ?? null),
  fallback: (names) => change(sheets.say(history.present, "fallback", names)),
  move(from, to) {
    if (change(sheets.move(history.present, from, to))) say("moved", { from: from + 1, row: to + 1, all: history.present.rows.length });
    grid.go(to, grid.at.column);
  },
  remove(rows) {
    if (change(sheets.remove(history.present, rows))) say("removed", { count: rows.length });
    grid.go(Math.min(...rows), grid.at.column);
  },
  turn: (rows) => change(sheets.turned(history.present, rows)),
  add() {
    const at = history.present.rows.length ? grid.range().bottom + 1 : 0;
    change(sheets.insert(history.present, at));
    grid.go(at, 0);
    say("added", { row: at + 1 });
  },
  duplicate() {
    const rows = grid.rows();
    let next = history.present;
    rows.forEach((row, i) => (next = sheets.insert(next, rows.at(-1) + 1 + i, history.present.rows[row])));
    if (rows.length && change(next)) grid.go(rows.at(-1) + 1, grid.at.column);
  },
  clear() {
    const { left, right } = grid.range();
    const cells = grid.rows().flatMap((row) => grid.headings.slice(left, right + 1).map((heading) => [row, heading, ""]));
    change(sheets.write(history.present, cells));
  },
  undo: () => history.undo() && (drawn(), say("undone")),
  redo: () => history.redo() && (drawn(), say("redone")),
  save,
  problem() {
    const rows = [...new Set([...grid.faults.map((fault) => fault.row), ...grid.findings.flatMap((found) => found.rows.map((id) => history.present.rows.findIndex((row) => row.id === id)))])].filter((row) => row >= 0).sort((a, b) => a - b);
    const next = rows.find((row) => row > grid.at.row) ?? rows[0];
    if (next !== undefined) grid.go(next, Math.max(0, grid.headings.indexOf(grid.faults.find((fault) => fault.row === next)?.column)));
  },
  find: () => byId("sheet-find").focus(),
  help: () => (byId("sheet-help").hidden = !byId("sheet-help").hidden),
  all() {
    grid.anchor = { row: 0, column: 0 };
    grid.at = { row: history.present.rows.length - 1, column: grid.headings.length - 1 };
    grid.select();
  },
};
const CHANGES = ["edit", "fallback", "move", "remove", "turn", "add", "duplicate", "clear", "save"];

const people = new People(told, asking, (counted) => {
  grid.people = counted;
  grid.mark();
});
const grid = new Grid(byId("sheet-grid"), told, act);
const editing = new Editing(grid, told, (row, heading, text, step) => {
  change(sheets.write(history.present, [[row, heading, text]]));
  if (step) grid.go(grid.at.row + step[0], grid.at.column + step[1]);
});

function change(next) {
  if (!may.editor || !history.go(next)) return false;
  drawn();
  return true;
}

function drawn() {
  const inside = grid.table.contains(document.activeElement);
  grid.draw(history.present);
  if (inside) grid.cell()?.focus();
  const saved = history.present === clean;
  state(saved ? "" : words.unsaved);
  if (saved) draft.forget();
  else draft.keep(base, history.present);
  look();
}

const look = calm(async () => {
  const sheet = history.present;
  const seen = await asking.ask("check", { sheet });
  if (!seen || history.present !== sheet) return;
  if (seen.error) return state(seen.error.away ? words.not_reached : filled(words.not_saved, { reason: seen.error.message }));
  grid.faults = seen.faults;
  grid.findings = seen.findings;
  grid.mark();
  byId("sheet-checks").replaceChildren(findings(seen, sheet, words, { ...act, may: may.editor }));
}, PAUSE);

async function save() {
  if (!may.editor) return;
  const sheet = history.present;
  state(words.saving);
  const done = await asking.ask("save", { sheet, base, note: byId("sheet-note").value });
  if (!done) return;
  if (done.error) return state(filled(done.error.away ? words.not_reached : words.not_saved, { reason: `${done.error.at ?? ""} ${done.error.message}` }));
  if (done.conflicts.length) return settle(done);
  base = done.base;
  if (history.present === sheet) {
    history.go(done.sheet);
    clean = done.sheet;
    byId("sheet-note").value = "";
    drawn();
  }
  state(filled(done.merged ? words.merged : words.saved, { number: base }));
  publishing(done.revision);
  people.of(done.revision, base);
}

function settle(done) {
  state(words.conflicts);
  const asked = conflicts(done, words, (sheet) => {
    byId("sheet-asked").replaceChildren();
    base = done.base;
    change(sheet);
    save();
  });
  byId("sheet-asked").replaceChildren(asked);
  asked.querySelector("input").focus();
}

function publishing(revision) {
  if (!may.publisher || !revision) return;
  const card = byId("sheet-publish");
  card.hidden = false;
  card.querySelector("form").action = told.publish.replace("/0/", `/${revision}/`);
  card.querySelector("button").textContent = filled(words.publish, { number: base });
}

function listen() {
  grid.table.addEventListener("keydown", (event) => {
    if (event.target.closest("input")) return;
    const [name, ...given] = meaning(event, grid) ?? [];
    if (!name || (CHANGES.includes(name) && !may.editor)) return;
    event.preventDefault();
    act[name](...given);
  });
  grid.body.addEventListener("mousedown", (event) => {
    const cell = event.target.closest(".sheet-cell");
    if (cell && !event.target.closest("input")) grid.go(Number(cell.parentNode.dataset.row), Number(cell.dataset.column), event.shiftKey);
  });
  grid.body.addEventListener("dblclick", (event) => event.target.closest(".sheet-cell") && act.edit());
  grid.body.addEventListener("click", (event) => {
    const button = event.target.closest(".sheet-move");
    const row = button && Number(button.closest("tr").dataset.row);
    if (button && may.editor) act.move(row, row + (button.dataset.verb === "up" ? -1 : 1));
  });
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => tools[button.dataset.do]());
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (!event.defaultPrevented || !event.target.closest(".sheet-grid")) save();
    }
  });
  addEventListener("beforeunload", (event) => history.present !== clean && event.preventDefault());
  byId("sheet-find").addEventListener("input", calm(find, 150));
  byId("sheet-policy").addEventListener("change", (event) => change(sheets.say(history.present, "hit_policy", event.target.value)));
  clipboard();
  drag();
}

const tools = { ...act, remove: () => act.remove(grid.rows()), switch: () => act.turn(grid.rows()), column: addColumn };

function addColumn() {
  const name = byId("sheet-column").value.trim();
  if (!name) return;
  if (history.present.headings.includes(name)) return say("column_there");
  change(sheets.addColumn(history.present, name));
  byId("sheet-column").value = "";
  grid.go(grid.at.row, grid.headings.indexOf(name));
}

function find() {
  const sought = byId("sheet-find").value.trim().toLowerCase();
  let count = 0;
  for (const cell of grid.body.querySelectorAll(".sheet-cell")) {
    const hit = Boolean(sought) && cell.textContent.toLowerCase().includes(sought);
    cell.classList.toggle("sheet-found", hit);
    count += hit;
  }
  if (sought) say("found", { count });
  grid.body.querySelector(".sheet-found")?.scrollIntoView({ block: "nearest" });
}

function clipboard() {
  const inside = (event) => document.activeElement?.closest?.(".sheet-grid") && !event.target.closest?.("input");
  const chosen = () => {
    const { left, right } = grid.range();
    return grid.rows().map((row) => grid.headings.slice(left, right + 1).map((heading) => history.present.rows[row][heading] ?? ""));
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
    const lines = tsv.read(event.clipboardData.getData("text/plain").replace(/\r?\n$/, ""));
    const next = sheets.paste(history.present, history.present.rows.length ? grid.range().top : 0, grid.range().left, lines, grid.headings);
    if (change(next)) say("pasted", { count: lines.reduce((sum, line) => sum + line.length, 0) });
  });
}

function drag() {
  let from = null;
  const rowOf = (event) => event.target.closest?.("tbody tr");
  grid.body.addEventListener("dragstart", (event) => {
    from = may.editor && rowOf(event) ? Number(rowOf(event).dataset.row) : null;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  grid.body.addEventListener("dragover", (event) => from !== null && rowOf(event) && event.preventDefault());
  grid.body.addEventListener("drop", (event) => {
    event.preventDefault();
    if (from !== null && rowOf(event)) act.move(from, Number(rowOf(event).dataset.row));
    from = null;
  });
}

function start() {
  byId("sheet-tools").hidden = !may.editor;
  byId("sheet-help").hidden = false;
  byId("sheet-attributes").replaceChildren(element("option", { value: "segments" }), ...Object.entries(told.vocabulary.attributes).map(([path, type]) => element("option", { value: path }, type ?? "")));
  byId("sheet-policy").replaceChildren(...POLICIES.map((name) => element("option", { value: name, selected: history.present.said.hit_policy === name }, name)));
  grid.draw(history.present);
  listen();
  look();
  if (told.revision) people.of(told.revision, base);
  const kept = draft.kept();
  if (!kept || !may.editor) return;
  const answer = (yes) => {
    byId("sheet-asked").replaceChildren();
    if (!yes) return draft.forget();
    base = kept.base;
    change(kept.sheet);
  };
  byId("sheet-asked").replaceChildren(element("p", { class: "desk-card" }, filled(words.restore, { when: new Date(kept.when).toLocaleString() }), " ", element("button", { type: "button", class: "desk-button", onclick: () => answer(true) }, words.restore_yes), " ", element("button", { type: "button", class: "desk-button sheet-quiet", onclick: () => answer(false) }, words.restore_no)));
}

start();
