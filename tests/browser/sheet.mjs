// The grid's pure parts: what a spreadsheet is given it gives back, and every step can be taken back.
import assert from "node:assert/strict";
import test from "node:test";
import { History } from "../../templates/static/desk/sheet/history.js";
import * as cells from "../../templates/static/desk/sheet/celltext.js";
import * as groups from "../../templates/static/desk/sheet/groups.js";
import * as sheets from "../../templates/static/desk/sheet/sheet.js";
import * as moments from "../../templates/static/desk/sheet/moments.js";
import { repairs } from "../../templates/static/desk/sheet/repairs.js";
import * as tsv from "../../templates/static/desk/sheet/tsv.js";

let seed = 20261121;
const random = (most) => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
const text = () => Array.from({ length: random(5) }, () => ['"', "\t", "\n", "a", " ", "|", "\r\n", "é"][random(8)]).join("");

test("cells survive the clipboard, whatever is in them", () => {
  for (let i = 0; i < 3000; i++) {
    const lines = Array.from({ length: 1 + random(4) }, () => Array.from({ length: 1 + random(4) }, text));
    if (lines.length === 1 && lines[0].join("") === "") continue;
    assert.deepEqual(tsv.read(tsv.write(lines)), lines, JSON.stringify(lines));
  }
});

test("what Excel copies is read", () => {
  assert.deepEqual(tsv.read('a\tb\r\n"two\nlines"\t"say ""x"""'), [["a", "b"], ["two\nlines", 'say "x"']]);
});

const sheet = () => ({ said: { hit_policy: "first", fallback: [] }, headings: ["id", "segments", "traits.age", "variant", "rollout", "enabled", "note"], rows: ["a", "b", "c"].map((id) => ({ id, variant: id, rollout: "100", enabled: "yes" })) });

test("every change can be undone and done again", () => {
  const history = new History(sheet());
  const before = [];
  const edits = [
    (s) => groups.moved(s, 0, 1, 2), (s) => sheets.insert(s, 1, s.rows[0]), (s) => sheets.remove(s, [0, 1]),
    (s) => sheets.write(s, [[0, "traits.age", ">= 3"]]), (s) => sheets.turned(s, [0]), (s) => sheets.addColumn(s, "traits.plan"),
    (s) => sheets.paste(s, 1, 0, [["x", "y"], ["z", ""]], sheets.flat(sheets.shown(s))),
  ];
  for (const edit of edits) {
    before.push(history.present);
    assert.ok(history.go(edit(history.present)));
  }
  const last = history.present;
  for (const one of before.reverse()) {
    assert.ok(history.undo());
    assert.equal(history.present, one);
  }
  assert.ok(!history.undo());
  while (history.redo());
  assert.equal(history.present, last);
});

test("pasting below the last row makes rows with ids of their own", () => {
  const made = sheets.paste(sheet(), 2, 0, Array.from({ length: 10 }, (_, i) => [`s${i}`, ""]), ["segments", "variant"]);
  assert.equal(made.rows.length, 12);
  assert.equal(new Set(made.rows.map((row) => row.id)).size, 12);
  assert.equal(made.rows[11].segments, "s9");
});

test("what an experiment shows is never written, whoever tries; its row moves, doubles, goes off and away", () => {
  const rows = [{ id: "a", variant: "a" }, { id: "b", experiment: "hero-test", enabled: "yes" }];
  const tried = { said: { hit_policy: "first" }, headings: ["id", "segments", "variant", "experiment", "value price", "enabled"], rows };
  const { then } = sheets.shown(tried);
  assert.deepEqual(then, ["variant", "value price"]);
  const cells = ["variant", "experiment", "value price"].map((heading) => [1, heading, "x"]);
  assert.equal(sheets.write(tried, cells), tried);
  const pasted = sheets.paste(tried, 0, 0, [["vip", "x", "5"], ["vip", "x", "5"]], ["segments", ...then]);
  assert.deepEqual(pasted.rows[0], { id: "a", variant: "x", segments: "vip", "value price": "5" });
  assert.deepEqual(pasted.rows[1], { ...rows[1], segments: "vip" });
  assert.equal(sheets.turned(tried, [1]).rows[1].enabled, "no");
  assert.equal(groups.moved(tried, 1, 1, 0).rows[0].experiment, "hero-test");
  assert.equal(sheets.insert(tried, 2, rows[1]).rows[2].experiment, "hero-test");
  assert.deepEqual(sheets.remove(tried, [1]).rows, [rows[0]]);
  assert.ok(!sheets.asks("experiment"));
});

test("a step that changes nothing is no step", () => {
  const history = new History(sheet());
  assert.ok(!history.go(groups.moved(history.present, 0, 1, 0)));
  assert.ok(!history.go(groups.moved(history.present, 0, 1, -1)));
});

test("a sign inside quotes does not part a cell", () => {
  assert.deepEqual(sheets.parts('a | "b|c" | not d', "|"), ["a", '"b|c"', "not d"]);
});

const named = (names) => ({ ...sheet(), rows: names.map((name, i) => ({ id: `r${i}`, variant: "a", ...(name ? { group: name } : {}) })) });
const letters = (s) => s.rows.map((row) => row.group ?? "-").join("");
const order = (s) => s.rows.map((row) => row.id).join(" ");

test("a group moves as a whole, over a group or over a row that is in none", () => {
  const one = named(["", "A", "A", "B", "B"]);
  assert.equal(order(groups.shifted(one, 1, 1)), "r0 r3 r4 r1 r2");
  assert.equal(order(groups.shifted(one, 2, -1)), "r1 r2 r0 r3 r4");
  assert.equal(groups.shifted(one, 3, 1), one);
  assert.equal(letters(groups.renamed(one, 1, "B")), "-BBBB");
  assert.equal(letters(groups.renamed(one, 4, "")), "-AA--");
});

test("a row that is moved into a group is in it, and one that leaves is not", () => {
  const one = named(["", "A", "A", "", "B"]);
  assert.equal(letters(groups.moved(one, 0, 1, 1)), "AAA-B");
  assert.equal(letters(groups.moved(one, 1, 1, 3)), "-A--B");
  assert.equal(letters(groups.moved(one, 4, 1, 0)), "B-AA-");
});

test("moving rows keeps every row, whatever is moved where", () => {
  let now = named(["", "A", "A", "", "B", "B", ""]);
  for (let i = 0; i < 2000; i++) {
    const ids = new Set(now.rows.map((row) => row.id));
    const from = random(7);
    now = [() => groups.moved(now, from, 1 + random(7 - from), random(9) - 1), () => groups.shifted(now, from, random(2) ? 1 : -1), () => groups.put(now, [from], ["", "A", "B"][random(3)])][random(3)]();
    assert.deepEqual(new Set(now.rows.map((row) => row.id)), ids);
    assert.equal(now.rows.length, 7);
    const all = groups.runs(now.rows);
    assert.deepEqual(all.map((run) => run.from), [0, ...all.slice(0, -1).map((run) => run.to)]);
  }
});

const RESERVED = ["contains", "within_last", "weekday", "has_any"];
const CELLS = ["", "known", "unknown", ">= 50", "< -1.5", "18 .. 30", "not 18 .. 30", "DE | AT", 'not "contains" | "a | b"', "true", '"3" | 3', "contains shoe", 'weekday {"days": ["monday"], "zone": "UTC"}'];

test("a cell is taken apart and put together as it was", () => {
  for (const cell of CELLS) assert.equal(cells.write(cells.read(cell, RESERVED), RESERVED), cell, cell);
  for (let i = 0; i < 2000; i++) {
    const values = Array.from({ length: 1 + random(3) }, () => [text(), random(9), random(2) === 1, `${random(9)}`, "not", "contains x"][random(6)]);
    const told = { kind: "values", not: random(2) === 1, values };
    assert.deepEqual(cells.read(cells.write(told, RESERVED), RESERVED).values, values, JSON.stringify(values));
  }
});

test("segments in and not in are put together as they were", () => {
  for (let i = 0; i < 500; i++) {
    const chosen = new Map(Array.from({ length: random(4) }, () => [["vip", "new one", "cart-abandoner", "not", "a&b"][random(5)], random(2) === 1]));
    assert.deepEqual(cells.members(cells.membership(chosen)), chosen);
  }
});

test("the opposite of the opposite is the cell itself", () => {
  for (const cell of ["known", ">= 50", "< 3", "18 .. 30", "DE | AT", "not DE"]) assert.equal(cells.opposite("traits.x", cells.opposite("traits.x", cell)), cell);
  assert.equal(cells.opposite("segments", "vip"), "not vip");
  assert.equal(cells.opposite("segments", "vip & new"), null);
  assert.equal(cells.opposite("traits.x", "contains shoe", RESERVED), null);
});

test("instants are those the clocks of a zone show, around the changes of the clocks, too", () => {
  assert.equal(moments.instantOf("2026-12-01T08:00", "Europe/Berlin"), "2026-12-01T07:00:00Z");
  assert.equal(moments.instantOf("2026-07-01T08:00", "America/New_York"), "2026-07-01T12:00:00Z");
  for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]) {
    for (let hour = 0; hour < 24 * 366; hour += 7) {
      const wall = new Date(Date.UTC(2026, 0, 1, hour, 30)).toISOString().slice(0, 16);
      const back = moments.wallOf(moments.instantOf(wall, zone), zone);
      assert.ok(back === wall || Math.abs(Date.parse(`${back}Z`) - Date.parse(`${wall}Z`)) <= 3600_000, `${zone} ${wall} ${back}`);
    }
  }
});

test("repairs are edits that can be undone, and do what they say", () => {
  const two = { ...sheet(), rows: [{ id: "a", variant: "a" }, { id: "b", segments: "vip", "traits.age": ">= 18", variant: "b" }] };
  const shadowed = { code: "never_reached", rows: ["b"], others: ["a"] };
  const ways = repairs(shadowed, two);
  assert.deepEqual(ways.map((way) => way.word), ["above", "narrow", "remove", "off"]);
  assert.equal(order(ways[0].edit(two)), "b a");
  assert.equal(ways[1].edit(two).rows[0].segments, "not vip");
  assert.equal(order(ways[2].edit(two)), "a");
  assert.equal(ways[3].edit(two).rows[1].enabled, "no");
  const gap = { code: "gap", rows: [], others: [], witness: { attributes: { "traits.age": 3, "traits.none": "x" }, segments: { vip: false } } };
  const made = repairs(gap, two)[0].edit(two).rows.at(-1);
  assert.deepEqual([made["traits.age"], made.segments], ["3", "not vip"]);
  const gone = { code: "missing_segment", rows: ["b"], others: [], column: "vip" };
  assert.equal(repairs(gone, two)[0].edit(two).rows[1].segments, undefined);
});

test("a column that is removed is gone with what stood in it, and undo brings it back", () => {
  const one = sheets.write(sheets.addColumn(sheet(), "traits.plan"), [[0, "traits.plan", "pro"]]);
  const history = new History(one);
  history.go(sheets.removeColumn(one, "traits.plan"));
  assert.ok(!history.present.headings.includes("traits.plan"));
  assert.ok(history.present.rows.every((row) => !("traits.plan" in row)));
  history.undo();
  assert.equal(history.present.rows[0]["traits.plan"], "pro");
});
