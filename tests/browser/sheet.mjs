// The grid's pure parts: what a spreadsheet is given it gives back, and every step can be taken back.
import assert from "node:assert/strict";
import test from "node:test";
import { History } from "../../templates/static/desk/sheet/history.js";
import * as sheets from "../../templates/static/desk/sheet/sheet.js";
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
    (s) => sheets.move(s, 0, 2), (s) => sheets.insert(s, 1, s.rows[0]), (s) => sheets.remove(s, [0, 1]),
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

test("a step that changes nothing is no step", () => {
  const history = new History(sheet());
  assert.ok(!history.go(sheets.move(history.present, 0, 0)));
  assert.ok(!history.go(sheets.move(history.present, 0, -1)));
});

test("a sign inside quotes does not part a cell", () => {
  assert.deepEqual(sheets.parts('a | "b|c" | not d', "|"), ["a", '"b|c"', "not d"]);
});
