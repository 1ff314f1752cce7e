/** The matrix page: brings the sheet, the grid, the keys and the server together. */

import { Asking, calm } from "./asking.js";
import { Bulk } from "./bulk.js";
import { clipboard, pasted } from "./clipboard.js";
import { Columns } from "./columns.js";
import { element, filled } from "./dom.js";
import { dragging } from "./dragging.js";
import { Editing } from "./editing.js";
import { Finding } from "./finding.js";
import { findings } from "./findings.js";
import { fresh } from "./fresh.js";
import { Grid } from "./grid.js";
import * as groups from "./groups.js";
import { help } from "./help.js";
import { History } from "./history.js";
import { meaning } from "./keys.js";
import { People } from "./people.js";
import { Presence } from "./presence.js";
import { Saving } from "./saving.js";
import * as sheets from "./sheet.js";
import { Counting } from "../segment/counting.js";

const POLICIES = ["first", "unique", "priority", "any", "collect", "rule_order", "output_order"];
const CHANGES = ["edit", "shift", "add", "duplicate", "clear", "save"];
const PAUSE = 350;

const byId = (id) => document.getElementById(id);
const told = JSON.parse(byId("sheet-told").textContent);
const { words, may } = told;
const history = new History(told.sheet);
const asking = new Asking(told.urls, words);
const counting = new Counting(asking);
let checked = null;

const say = (name, values = {}) => (byId("sheet-said").textContent = filled(words[name], values));

const act = {
  go: (row, column, extend) => grid.go(row, typeof column === "string" ? Math.max(0, grid.headings.indexOf(column)) : (column ?? grid.at.column), extend),
  step: (down, right, extend) => grid.go(down ? grid.seen(grid.at.row, down) : grid.at.row, grid.at.column + right, extend),
  edit: (text) => (may.editor && sheets.locked(history.present.rows[grid.at.row], grid.headings[grid.at.column]) ? saving.say(words.locked) : editing.open(text ?? null)),
  fallback: (names) => change(sheets.say(history.present, "fallback", names)),
  selected: (rows) => bulk?.selected(rows),
  shift(step) {
    const rows = grid.rows();
    if (!rows.length) return;
    const [from, count] = [rows[0], rows.at(-1) - rows[0] + 1];
    act.move(from, from + step, count);
  },
  move(from, to, count = 1) {
    const { anchor, at } = grid;
    const next = groups.moved(history.present, from, count, to);
    if (!change(next)) return;
    say("moved", { from: from + 1, row: to + 1, all: history.present.rows.length });
    grid.go(count > 1 ? at.row + to - from : to, at.column);
    if (count > 1 && anchor) grid.anchor = { row: anchor.row + to - from, column: anchor.column };
    grid.select();
  },
  remove(rows) {
    if (!rows.length || !change(sheets.remove(history.present, rows))) return;
    say("removed", { count: rows.length });
    grid.go(Math.min(...rows), grid.at.column);
  },
  repair: (edit) => change(edit(history.present)) && say("repaired"),
  turn: (rows) => rows.length && change(sheets.turned(history.present, rows)),
  add() {
    const at = history.present.rows.length ? grid.range().bottom + 1 : 0;
    change(sheets.below(history.present, at));
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
    change(sheets.write(history.present, grid.rows().flatMap((row) => grid.headings.slice(left, right + 1).map((heading) => [row, heading, ""]))));
  },
  paste(lines) {
    if (change(pasted(grid, history.present, lines))) say("pasted", { count: lines.reduce((sum, line) => sum + line.length, 0) });
  },
  group(verb, at) {
    if (verb === "rename") return rename(at);
    const { group } = history.present.rows[at];
    const next = verb === "dissolve" ? groups.renamed(history.present, at, "") : groups.shifted(history.present, at, verb === "up" ? -1 : 1);
    if (!change(next)) return undefined;
    grid.title(group)?.querySelector(`[data-group="${verb}"]`).focus();
    return say("group_done");
  },
  undo: () => history.undo() && (drawn(), say("undone")),
  redo: () => history.redo() && (drawn(), say("redone")),
  save: () => saving.save(),
  problem() {
    const place = new Map(history.present.rows.map((row, i) => [row.id, i]));
    const found = grid.findings.flatMap((one) => one.rows.map((id) => place.get(id)));
    const rows = [...new Set([...grid.faults.map((fault) => fault.row), ...found])].filter((row) => row >= 0).sort((a, b) => a - b);
    const next = rows.find((row) => row > grid.at.row) ?? rows[0];
    if (next === undefined) return say("no_faults");
    return grid.go(next, Math.max(0, grid.headings.indexOf(grid.faults.find((fault) => fault.row === next)?.column)));
  },
  find: () => finding.open(),
  help: help(words),
  wholeRows: () => grid.whole(grid.at.row, true),
  wholeColumn() {
    grid.anchor = { row: 0, column: grid.at.column };
    grid.at = { row: history.present.rows.length - 1, column: grid.at.column };
    grid.select();
  },
  all() {
    grid.anchor = { row: 0, column: 0 };
    grid.at = { row: history.present.rows.length - 1, column: grid.headings.length - 1 };
    grid.select();
  },
};

let bulk = null;
const grid = new Grid(byId("sheet-grid"), told, act);
const data = { values: (path) => counting.ask("values", { path }) };
const editing = new Editing(grid, told, data, (row, heading, text, step) => {
  change(sheets.write(history.present, [[row, heading, text]]));
  if (step) grid.go(step[0] ? grid.seen(grid.at.row, step[0]) : grid.at.row, grid.at.column + step[1]);
});
const page = { id: counting.page, history, grid, change, drawn, say, saved: (sheet) => people.of(history.present === sheet ? sheet : history.present, saving.unsaved ? 0 : saving.base) };
const saving = new Saving(told, asking, page);
const people = new People(told, counting, (counted) => {
  grid.people = counted;
  grid.mark();
});
const finding = new Finding(grid, words);
const columns = new Columns(told, page);

/** Make this the present, as one step; ``name`` is what is said of it. */
function change(next, name = "", values = {}) {
  if (!may.editor || !history.go(next)) return false;
  drawn();
  if (name) say(name, values);
  return true;
}

function drawn() {
  const held = editing.hold();
  const inside = grid.table.contains(document.activeElement);
  grid.draw(history.present);
  if (inside && !held && !grid.table.contains(document.activeElement)) grid.cell()?.focus();
  editing.resume(held);
  saving.changed();
  if (byId("sheet-policy").value !== history.present.said.hit_policy) byId("sheet-policy").value = history.present.said.hit_policy;
  people.stale();
  if (finding.box.value) finding.look();
  look();
}

const look = calm(async () => {
  const sheet = history.present;
  const seen = await asking.ask("check", { sheet });
  if (!seen || history.present !== sheet) return;
  if (seen.error) return saving.say(seen.error.away ? words.not_reached : filled(words.not_checked, { reason: seen.error.message }));
  grid.faults = seen.faults;
  grid.findings = seen.findings;
  grid.mark();
  byId("sheet-checks").replaceChildren(findings(seen, sheet, told, { ...act, may: may.editor }));
  if (!seen.faults.length && checked !== sheet) people.soon(sheet, saving.unsaved ? 0 : saving.base);
  checked = sheet;
}, PAUSE);

/** Ask for a group's new name where its old one stands. */
function rename(at) {
  const before = history.present.rows[at].group;
  const title = grid.title(before);
  const field = element("input", { value: before, maxlength: 200, "aria-label": words.group_name });
  const done = (yes) => {
    field.replaceWith(grid.words.group);
    const changed = yes && field.value.trim() && change(groups.renamed(history.present, at, field.value.trim()));
    if (!changed) grid.fold(before, true);
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Escape") done(event.key === "Enter");
  });
  title.querySelector(".sheet-fold").replaceWith(field);
  field.focus();
  field.select();
}

const tools = { ...act, remove: () => act.remove(grid.rows()), switch: () => act.turn(grid.rows()), column: () => columns.add(), uncolumn: () => columns.remove(), next: () => finding.jump(1), previous: () => finding.jump(-1) };

function listen() {
  grid.table.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea") || (event.target.closest("button") && ["Enter", " "].includes(event.key))) return;
    const [name, ...given] = meaning(event, grid) ?? [];
    if (!name || (CHANGES.includes(name) && !may.editor)) return;
    event.preventDefault();
    event.stopPropagation();
    act[name](...given);
  });
  grid.body.addEventListener("mousedown", (event) => {
    if (event.target.closest("input, textarea, button") || event.button) return;
    const row = event.target.closest("tr[data-row]");
    const cell = event.target.closest(".sheet-cell");
    if (cell) grid.go(Number(row.dataset.row), Number(cell.dataset.column), event.shiftKey);
    else if (row && event.target.closest("th")) grid.whole(Number(row.dataset.row), event.shiftKey);
    if (event.shiftKey && row) event.preventDefault();
  });
  grid.body.addEventListener("dblclick", (event) => event.target.closest(".sheet-cell") && !event.target.closest("input, textarea") && act.edit());
  grid.body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verb]");
    const row = button && Number(button.closest("tr").dataset.row);
    if (button && may.editor) act.move(row, row + (button.dataset.verb === "up" ? -1 : 1));
    const place = event.target.closest("td.sheet-people");
    if (place) people.show({ row: history.present.rows[Number(place.closest("tr").dataset.row)].id });
  });
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => tools[button.dataset.do]());
  document.addEventListener("keydown", (event) => {
    const name = (event.ctrlKey || event.metaKey) && !event.altKey ? { s: "save", f: "find" }[event.key.toLowerCase()] : null;
    if (!name || event.defaultPrevented || (name === "find" && event.target.closest("dialog"))) return;
    event.preventDefault();
    act[name]();
  });
  byId("sheet-policy").addEventListener("change", (event) => change(sheets.say(history.present, "hit_policy", event.target.value)));
  clipboard(grid, () => history.present, { clear: () => may.editor && act.clear(), paste: (lines) => may.editor && act.paste(lines) });
  dragging(grid, may.editor, (from, to) => act.move(from, to));
}

function start() {
  byId("sheet-tools").hidden = false;
  for (const node of document.querySelectorAll("[data-edits]")) node.hidden = !may.editor;
  byId("sheet-help").hidden = false;
  byId("sheet-policy").replaceChildren(...POLICIES.map((name) => element("option", { value: name, selected: history.present.said.hit_policy === name }, words[`policy_${name}`])));
  byId("sheet-policy").disabled = !may.editor;
  grid.draw(history.present);
  bulk = new Bulk(told, grid, () => history.present, change);
  grid.select();
  listen();
  look();
  saving.restore();
  fresh(asking, () => saving.unsaved);
  const now = () => ({ row: history.present.rows[grid.at.row]?.id ?? "", unsaved: saving.unsaved, base: saving.base });
  new Presence(told, asking, counting.page, now, (others) => {
    grid.others = others;
    grid.mark();
  });
}

start();
