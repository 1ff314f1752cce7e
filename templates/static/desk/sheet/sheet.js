/** A sheet is {said, headings, rows}, and never changed: every edit makes another one. */

import { named } from "./names.js";

const THEN = /^(variant|experiment|values|value .*)$/;
const REACH = ["rollout", "priority", "from", "until", "zone", "enabled", "note"];
const HIDDEN = ["id", "rest", "group"];

/** Whether a cell says what a row of an experiment shows: that is not written here. */
export const locked = (row, heading) => Boolean(row?.experiment) && THEN.test(heading);

/** The headings that are shown, by group; what nobody uses and the policy does not need is left out. */
export function shown(sheet) {
  const has = (name) => sheet.headings.includes(name);
  const used = (name) => sheet.rows.some((row) => row[name] && !(name === "priority" && row[name] === "0"));
  const asked = sheet.headings.filter((name) => !THEN.test(name) && !REACH.includes(name) && !HIDDEN.includes(name));
  if (has("rest")) asked.push("rest");
  const reach = REACH.filter((name) => {
    if (name === "priority") return sheet.said.hit_policy === "priority" || used(name);
    return name !== "zone" || used(name) || used("from") || used("until");
  });
  return { asked, then: sheet.headings.filter((name) => THEN.test(name) && name !== "experiment"), reach };
}

export const flat = (groups) => [...groups.asked, ...groups.then, ...groups.reach];

const with_ = (sheet, rows) => ({ ...sheet, rows });

function written(row, heading, text) {
  const { [heading]: _, ...rest } = row;
  return text === "" ? rest : { ...rest, [heading]: text };
}

/** Write texts into cells: [[row, heading, text], ...]; what is locked stays. */
export function write(sheet, cells) {
  const rows = [...sheet.rows];
  let changed = false;
  for (const [at, heading, text] of cells) {
    if (!rows[at] || (rows[at][heading] ?? "") === text || locked(rows[at], heading)) continue;
    rows[at] = written(rows[at], heading, text);
    changed = true;
  }
  if (!changed) return sheet;
  const named = new Set(sheet.headings);
  const fresh = cells.map(([, heading]) => heading).filter((name) => !named.has(name));
  return { ...sheet, rows, headings: [...sheet.headings, ...new Set(fresh)] };
}

const fresh = (row = {}) => ({ rollout: "100", enabled: "yes", ...row, id: `row-${named()}` });

export const insert = (sheet, at, row) => with_(sheet, [...sheet.rows.slice(0, at), fresh(row), ...sheet.rows.slice(at)]);

/** An empty row below another belongs to that row's group. */
export const below = (sheet, at) => insert(sheet, at, sheet.rows[at - 1]?.group ? { group: sheet.rows[at - 1].group } : {});

export const remove = (sheet, ats) => with_(sheet, sheet.rows.filter((_, at) => !ats.includes(at)));

export const turned = (sheet, ats) => {
  const off = ats.every((at) => (sheet.rows[at].enabled ?? "yes") !== "no");
  return write(sheet, ats.map((at) => [at, "enabled", off ? "no" : "yes"]));
};

/** Put lines of texts where the cursor stands; what goes beyond the last row makes new rows. */
export function paste(sheet, row, column, lines, headings) {
  const missing = Math.max(0, row + lines.length - sheet.rows.length);
  const next = with_(sheet, [...sheet.rows, ...Array.from({ length: missing }, () => fresh())]);
  const cells = lines.flatMap((line, y) => line.map((text, x) => [row + y, headings[column + x], text.trim()]));
  return write(next, cells.filter(([, heading]) => heading));
}

export function addColumn(sheet, heading) {
  const headings = [...sheet.headings, heading];
  if (heading === "rest") return { ...sheet, headings };
  const column = heading === "segments" ? { segments: true } : { attribute: heading };
  return { ...sheet, headings, said: { ...sheet.said, columns: [...(sheet.said.columns ?? []), column] } };
}

/** Take a column away, with what stands in it. */
export function removeColumn(sheet, heading) {
  const rows = sheet.rows.map((row) => (heading in row ? written(row, heading, "") : row));
  const columns = (sheet.said.columns ?? []).filter((one) => (heading === "segments" ? !one.segments : one.attribute !== heading));
  return { said: { ...sheet.said, columns }, headings: sheet.headings.filter((name) => name !== heading), rows };
}

/** Whether a heading asks something of people, and can be taken away. */
export const asks = (heading) => !THEN.test(heading) && !REACH.includes(heading) && !HIDDEN.slice(0, 1).includes(heading) && !heading.startsWith("condition ");

export const say = (sheet, name, value) => ({ ...sheet, said: { ...sheet.said, [name]: value } });

/** The parts of a cell between signs that stand outside quotes. */
export function parts(text, sign) {
  const found = [""];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if (piece === sign) found.push("");
    else found[found.length - 1] += piece;
  }
  return found.map((part) => part.trim());
}
