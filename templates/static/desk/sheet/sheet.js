/** A sheet is {said, headings, rows}, and never changed: every edit makes another one. */

const THEN = /^(variant|values|value .*)$/;
const REACH = ["rollout", "priority", "from", "until", "zone", "enabled", "note"];
const HIDDEN = ["id", "rest"];

/** The headings that are shown, by group; what nobody uses and the policy does not need is left out. */
export function shown(sheet) {
  const has = (name) => sheet.headings.includes(name);
  const used = (name) => sheet.rows.some((row) => row[name] && !(name === "priority" && row[name] === "0"));
  const asked = sheet.headings.filter((name) => !THEN.test(name) && !REACH.includes(name) && !HIDDEN.includes(name));
  if (has("rest") && used("rest")) asked.push("rest");
  const reach = REACH.filter((name) => {
    if (name === "priority") return sheet.said.hit_policy === "priority" || used(name);
    return name !== "zone" || used(name) || used("from") || used("until");
  });
  return { asked, then: sheet.headings.filter((name) => THEN.test(name)), reach };
}

export const flat = (groups) => [...groups.asked, ...groups.then, ...groups.reach];

const with_ = (sheet, rows) => ({ ...sheet, rows });

function written(row, heading, text) {
  const { [heading]: _, ...rest } = row;
  return text === "" ? rest : { ...rest, [heading]: text };
}

/** Write texts into cells: [[row, heading, text], ...]. */
export function write(sheet, cells) {
  const rows = [...sheet.rows];
  for (const [at, heading, text] of cells) {
    if (rows[at] && (rows[at][heading] ?? "") !== text) rows[at] = written(rows[at], heading, text);
  }
  const named = new Set(sheet.headings);
  const fresh = cells.map(([, heading]) => heading).filter((name) => !named.has(name));
  return { ...sheet, rows, headings: [...sheet.headings, ...new Set(fresh)] };
}

const fresh = (row = {}) => ({ rollout: "100", enabled: "yes", ...row, id: `row-${[...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}` });

export const insert = (sheet, at, row) => with_(sheet, [...sheet.rows.slice(0, at), fresh(row), ...sheet.rows.slice(at)]);

export const remove = (sheet, ats) => with_(sheet, sheet.rows.filter((_, at) => !ats.includes(at)));

/** Move the row so that it stands at another place. */
export function move(sheet, from, to) {
  if (to < 0 || to >= sheet.rows.length || from === to) return sheet;
  const rows = [...sheet.rows];
  rows.splice(to, 0, ...rows.splice(from, 1));
  return with_(sheet, rows);
}

export const turned = (sheet, ats) => {
  const off = ats.every((at) => (sheet.rows[at].enabled ?? "yes") !== "no");
  return write(sheet, ats.map((at) => [at, "enabled", off ? "no" : "yes"]));
};

/** Put lines of texts where the cursor stands; what goes beyond the last row makes new rows. */
export function paste(sheet, row, column, lines, headings) {
  let next = sheet;
  while (next.rows.length < row + lines.length) next = insert(next, next.rows.length);
  const cells = lines.flatMap((line, y) => line.map((text, x) => [row + y, headings[column + x], text.trim()]));
  return write(next, cells.filter(([, heading]) => heading));
}

export const addColumn = (sheet, heading) => ({ ...sheet, headings: [...sheet.headings, heading], said: { ...sheet.said, columns: [...(sheet.said.columns ?? []), heading === "segments" ? { segments: true } : { attribute: heading }] } });

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
