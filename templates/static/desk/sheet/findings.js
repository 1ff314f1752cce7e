/** What the checker says, in a list: where it is, and repairs by a click. */

import { element, filled } from "./dom.js";
import { unquoted } from "./chips.js";
import { repairs } from "./repairs.js";
import { turned } from "./sheet.js";

const MOST = 200;

export function findings(told, sheet, given, act) {
  const { words, reserved } = given;
  const number = new Map(sheet.rows.map((row, i) => [row.id, i]));
  const faults = told.faults.map((fault) => item("error", `${fault.row === null ? "" : `${filled(words.row, { row: fault.row + 1 })}, `}${words[fault.column] ?? fault.column ?? fault.at}: ${fault.message}`, fault.row === null ? [] : [go(fault.row, fault.column)]));
  const found = told.findings.map((each) => {
    const rows = each.rows.map((id) => number.get(id)).filter((row) => row !== undefined);
    const ways = act.may ? repairs(each, sheet, reserved).map(({ word, values, edit }) => button(filled(words[word], values), () => act.repair(edit))) : [];
    return item(each.severity, each.sentence, [...rows.slice(0, 3).map((row) => go(row)), ...ways]);
  });
  const all = [...missing(), ...tried(), ...faults, ...found];
  const more = all.length > MOST ? element("p", {}, filled(words.more_findings, { count: all.length - MOST })) : "";
  return all.length ? element("div", {}, element("ul", { class: "sheet-findings" }, ...all.slice(0, MOST)), more) : element("p", { class: "desk-quiet" }, words.no_faults);

  /** Variants that there are not: the checker knows rows, the page knows what can be shown. */
  function missing() {
    const there = given.vocabulary.variants;
    const wrong = sheet.rows.flatMap((row, i) => (row.variant && !(unquoted(row.variant) in there) ? [[i, row.variant]] : []));
    return wrong.slice(0, MOST).map(([row, slug]) => item("error", filled(words.missing_variant, { row: row + 1, variant: slug }), [go(row, "variant")]));
  }
  /** Experiments that are on: nothing is published before they are off. */
  function tried() {
    const on = sheet.rows.flatMap((row, i) => (row.experiment && row.enabled !== "no" ? [[i, unquoted(row.experiment)]] : []));
    const off = (row) => (act.may ? [button(filled(words.off, { row: row + 1 }), () => act.repair((now) => turned(now, [row])))] : []);
    return on.slice(0, MOST).map(([row, name]) => item("warning", filled(words.experiment_waits, { row: row + 1, name }), [go(row, "variant"), ...off(row)]));
  }
  function item(severity, sentence, buttons) {
    return element("li", { class: `sheet-${severity}` }, element("span", { class: "desk-tag" }, words[`is_${severity}`]), " ", sentence, element("span", { class: "sheet-repairs" }, ...buttons));
  }
  function go(row, heading) {
    return button(filled(words.go, { row: row + 1 }), () => act.go(row, heading));
  }
  function button(text, onclick) {
    return element("button", { type: "button", class: "sheet-repair", onclick }, text);
  }
}
