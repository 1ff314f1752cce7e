/** What the checker says, in a list: where it is, and repairs by a click. */

import { element, filled } from "./dom.js";

const REPAIRS = { never_reached: ["above", "remove", "off"], never_true: ["remove", "off"], duplicate: ["remove"], ended: ["remove", "off"] };

export function findings(told, sheet, words, act) {
  const number = new Map(sheet.rows.map((row, i) => [row.id, i]));
  const faults = told.faults.map((fault) => item("error", `${fault.column ?? fault.at}: ${fault.message}`, fault.row === null ? [] : [go(fault.row)]));
  const found = told.findings.map((each) => {
    const rows = each.rows.map((id) => number.get(id)).filter((row) => row !== undefined);
    return item(each.severity, each.sentence, [...rows.slice(0, 3).map(go), ...repairs(each, rows)]);
  });
  const all = [...faults, ...found];
  return all.length ? element("ul", { class: "sheet-findings" }, ...all) : element("p", { class: "desk-quiet" }, words.no_faults);

  function item(severity, sentence, buttons) {
    return element("li", { class: `sheet-${severity}` }, element("span", { class: "desk-tag" }, severity), " ", sentence, element("span", { class: "sheet-repairs" }, ...buttons));
  }
  function go(row) {
    return button(filled(words.go, { row: row + 1 }), () => act.go(row));
  }
  function repairs(each, rows) {
    if (!act.may || rows.length !== 1) return [];
    const [row] = rows;
    const other = Math.min(...each.others.map((id) => number.get(id) ?? Infinity));
    const ways = { above: other < row ? () => act.move(row, other) : null, remove: () => act.remove([row]), off: () => act.turn([row]) };
    return (REPAIRS[each.code] ?? []).filter((way) => ways[way]).map((way) => button(filled(words[way], { row: row + 1, other: other + 1 }), ways[way]));
  }
  function button(text, onclick) {
    return element("button", { type: "button", class: "sheet-repair", onclick }, text);
  }
}
