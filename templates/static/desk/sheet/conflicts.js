/** Where two people changed the same: both versions side by side, and a choice for each. */

import { element } from "./dom.js";

/** Ask for every conflict; ``done`` gets the sheet in which the choices stand. */
export function conflicts(told, words, done) {
  const chosen = told.conflicts.map(() => "ours");
  const asked = told.conflicts.map((conflict, i) => {
    const choice = (side) => element("label", {}, element("input", { type: "radio", name: `conflict-${i}`, checked: side === "ours", onchange: () => (chosen[i] = side) }), " ", element("strong", {}, words[side]), ": ", said(conflict, side, words));
    return element("fieldset", { class: "sheet-conflict" }, element("legend", {}, title(conflict, told.sheet, words)), choice("ours"), choice("theirs"));
  });
  const button = element("button", { type: "button", class: "desk-button", onclick: () => done(settled(told, chosen)) }, "OK");
  return element("div", { class: "desk-card", role: "alertdialog", "aria-label": words.conflicts }, element("p", {}, words.conflicts), ...asked, button);
}

function title(conflict, sheet, words) {
  if (conflict.kind === "order") return words.order;
  if (conflict.kind !== "row") return conflict.kind;
  return words.row.replace("{row}", sheet.rows.findIndex((row) => row.id === conflict.subject) + 1);
}

function said(conflict, side, words) {
  const value = conflict[side];
  if (value === null) return words.removed_row;
  if (conflict.kind === "row") return Object.entries(value).filter(([name]) => name !== "id").map(([name, text]) => `${name}: ${text}`).join(", ");
  return Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
}

function settled({ sheet, conflicts: all }, chosen) {
  let next = sheet;
  all.forEach((conflict, i) => {
    const value = conflict[chosen[i]];
    if (conflict.kind === "row") next = { ...next, rows: next.rows.flatMap((row) => (row.id === conflict.subject ? (value === null ? [] : [value]) : [row])) };
    else if (conflict.kind === "order") next = { ...next, rows: ordered(next.rows, value) };
    else next = { ...next, said: { ...next.said, [conflict.kind]: value ?? undefined } };
  });
  return next;
}

function ordered(rows, ids) {
  const place = new Map(ids.map((id, i) => [id, i]));
  return rows.map((row, i) => [place.get(row.id) ?? i, i, row]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , row]) => row);
}
