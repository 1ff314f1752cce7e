/** Rows under headings: neighbours of one name are a group; the order stays that of the rows. */

import { write } from "./sheet.js";

const nameOf = (row) => row?.group ?? "";

/** The runs of neighbouring rows of one group: [{name, from, to}], ``to`` is after the last. */
export function runs(rows) {
  const found = [];
  rows.forEach((row, at) => {
    const last = found.at(-1);
    if (last && last.name === nameOf(row)) last.to = at + 1;
    else found.push({ name: nameOf(row), from: at, to: at + 1 });
  });
  return found;
}

/** What moves as one: a group, or a row that is in none. */
export const units = (rows) => runs(rows).flatMap((run) => (run.name ? [run] : Array.from({ length: run.to - run.from }, (_, i) => ({ name: "", from: run.from + i, to: run.from + i + 1 }))));

/** Put rows under a heading, or under none. */
export const put = (sheet, ats, name) => write(sheet, ats.map((at) => [at, "group", name]));

/** Call a group something else; a name that is taken makes them one where they are neighbours. */
export function renamed(sheet, at, name) {
  const run = runs(sheet.rows).find((one) => one.from <= at && at < one.to);
  return run ? put(sheet, Array.from({ length: run.to - run.from }, (_, i) => run.from + i), name) : sheet;
}

/** Move rows as a block so that the first of them stands at another place; they go where they land. */
export function moved(sheet, from, count, to) {
  const most = sheet.rows.length - count;
  const at = Math.max(0, Math.min(to, most));
  if (at === from || count < 1) return sheet;
  const rows = [...sheet.rows];
  const block = rows.splice(from, count);
  rows.splice(at, 0, ...block);
  return adopted({ ...sheet, rows }, at, count);
}

/** Move a whole group over its neighbour: ``step`` -1 up, 1 down. */
export function shifted(sheet, at, step) {
  const all = units(sheet.rows);
  const mine = all.findIndex((unit) => unit.from <= at && at < unit.to);
  const other = all[mine + step];
  if (mine < 0 || !other) return sheet;
  const { from, to } = all[mine];
  const rows = [...sheet.rows];
  const block = rows.splice(from, to - from);
  rows.splice(step < 0 ? other.from : other.to - block.length, 0, ...block);
  return { ...sheet, rows };
}

/** Rows that were put between two of a group are in it; rows taken out of theirs are in none. */
function adopted(sheet, at, count) {
  const { rows } = sheet;
  const [above, below] = [nameOf(rows[at - 1]), nameOf(rows[at + count])];
  const own = new Set(rows.slice(at, at + count).map(nameOf));
  const ats = Array.from({ length: count }, (_, i) => at + i);
  if (above && above === below) return put(sheet, ats, above);
  const [only] = own;
  const elsewhere = rows.some((row, i) => (i < at || i >= at + count) && nameOf(row) === only);
  if (own.size > 1 || !only || only === above || only === below || !elsewhere) return sheet;
  return put(sheet, ats, "");
}
