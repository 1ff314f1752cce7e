/** What can be done about a finding by a click: only edits of the sheet, so that each can be undone. */

import { membership, opposite, said } from "./celltext.js";
import { moved } from "./groups.js";
import * as sheets from "./sheet.js";

/** Return [{word, values, edit}]: what the button says, and the sheet after it. */
export function repairs(found, sheet, reserved = []) {
  const place = new Map(sheet.rows.map((row, i) => [row.id, i]));
  const rows = found.rows.map((id) => place.get(id)).filter((at) => at !== undefined);
  const others = found.others.map((id) => place.get(id)).filter((at) => at !== undefined);
  return (WAYS[found.code] ?? (() => []))({ found, sheet, rows, others, reserved });
}

const remove = (at) => ({ word: "remove", values: { row: at + 1 }, edit: (sheet) => sheets.remove(sheet, [at]) });
const off = (at) => ({ word: "off", values: { row: at + 1 }, edit: (sheet) => sheets.write(sheet, [[at, "enabled", "no"]]) });

const WAYS = {
  never_reached({ sheet, rows: [row], others, reserved }) {
    if (row === undefined) return [];
    const top = Math.min(...others);
    const above = top < row ? [{ word: "above", values: { row: row + 1, other: top + 1 }, edit: (now) => moved(now, row, 1, top) }] : [];
    return [...above, ...(others.length === 1 ? narrowed(sheet, others[0], row, reserved) : []), remove(row), off(row)];
  },
  never_true: ({ rows }) => rows.flatMap((row) => [remove(row), off(row)]),
  ended: ({ rows }) => rows.flatMap((row) => [remove(row), off(row), { word: "no_end_of", values: { row: row + 1 }, edit: (sheet) => sheets.write(sheet, [[row, "until", ""]]) }]),
  duplicate: ({ rows }) => rows.slice(1).map(remove),
  overlap: ({ sheet, rows: [one, other], reserved }) => (other === undefined ? [] : [...narrowed(sheet, one, other, reserved), ...narrowed(sheet, other, one, reserved), off(other)]),
  conflict: (given) => WAYS.overlap(given),
  missing_segment: ({ found, sheet, rows }) => rows.flatMap((row) => without(sheet, row, "segments", found.column)),
  missing_attribute: ({ found, sheet, rows }) => rows.filter((row) => sheet.rows[row][found.column]).map((row) => ({ word: "ask_nothing", values: { row: row + 1, column: found.column }, edit: (now) => sheets.write(now, [[row, found.column, ""]]) })),
  wrong_type: (given) => WAYS.missing_attribute(given),
  idle_column: ({ found, sheet }) => (sheet.headings.includes(found.column) && sheets.asks(found.column) ? [{ word: "remove_column", values: { column: found.column }, edit: (now) => sheets.removeColumn(now, found.column) }] : []),
  gap: ({ found, reserved }) => (found.witness ? [{ word: "add_for", values: {}, edit: (sheet) => filled(sheet, found.witness, reserved) }] : []),
};

/** Let a wide row leave to another what that one is for, in the first column where a cell can say so. */
function narrowed(sheet, wide, other, reserved) {
  for (const heading of sheet.headings.filter(sheets.asks)) {
    const cell = sheet.rows[other][heading];
    if (!cell || sheet.rows[wide][heading] || heading === "rest") continue;
    const text = opposite(heading, cell, reserved);
    if (text) return [{ word: "narrow", values: { row: wide + 1, column: heading, cell: text }, edit: (now) => sheets.write(now, [[wide, heading, text]]) }];
  }
  return [];
}

function without(sheet, row, heading, slug) {
  const parts = sheets.parts(sheet.rows[row][heading] ?? "", "&").filter(Boolean);
  const left = parts.filter((part) => part.replace(/^not\s+/i, "").replaceAll('"', "") !== slug);
  return left.length === parts.length ? [] : [{ word: "without", values: { row: row + 1, segment: slug }, edit: (now) => sheets.write(now, [[row, heading, left.join(" & ")]]) }];
}

/** A row for the visitor whom no row is for, at the end. */
function filled(sheet, witness, reserved) {
  const cells = Object.entries(witness.attributes).map(([path, value]) => [path, value === null ? "unknown" : Array.isArray(value) ? `has_any ${value.map((one) => said(one, reserved)).join(" | ")}` : said(value, reserved)]);
  const inside = Object.entries(witness.segments).filter(([, member]) => member !== null);
  if (inside.length) cells.push(["segments", membership(new Map(inside))]);
  const at = sheet.rows.length;
  const known = cells.filter(([heading]) => sheet.headings.includes(heading));
  return sheets.write(sheets.insert(sheet, at), known.map(([heading, text]) => [at, heading, text]));
}
