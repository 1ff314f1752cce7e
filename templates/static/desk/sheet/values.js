/** Values to choose from, with how many people have each; and the days of a week. */

import { read as take, said, write } from "./celltext.js";
import { element, filled } from "./dom.js";

const MOST = 60;

/** The buttons every attribute has: any, known, unknown. */
export function always(text, { words, set }, drawn = () => {}) {
  const all = [["", words.any], ["known", words.known], ["unknown", words.unknown]];
  const buttons = all.map(([value, word]) => element("button", { type: "button", class: "sheet-choice", "aria-pressed": String(text.trim() === value), onclick: () => { set(value); mark(value); drawn(value); } }, word));
  const mark = (now) => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(now.trim().toLowerCase() === all[i][0])));
  return { node: element("div", { class: "sheet-choices" }, ...buttons), mark };
}

/** Values of an attribute as ticks, those of the data first; what is typed narrows the list. */
export function list(heading, text, given) {
  const { words, reserved, set, vocabulary } = given;
  const isList = vocabulary.attributes[heading] === "list";
  let told = { values: [], people: 0 };
  let now = text;
  const buttons = always(text, given, (next) => read(next));
  const not = element("input", { type: "checkbox", onchange: () => put() });
  const found = element("div", { class: "sheet-list" });
  const about = element("p", { class: "desk-quiet" });
  let chosen = picked(text);

  function picked(cell) {
    const seen = take(cell, reserved);
    if (isList && seen.kind === "word" && /^(has_any|has_none)$/.test(seen.word)) return { not: seen.word === "has_none", values: take(seen.rest, reserved).values ?? [] };
    return seen.kind === "values" && !isList ? { not: seen.not, values: seen.values } : { not: false, values: [] };
  }
  function put() {
    const values = chosen.values;
    chosen.not = not.checked;
    now = !isList || !values.length ? write({ kind: "values", not: chosen.not, values }, reserved) : `${chosen.not ? "has_none" : "has_any"} ${values.map((one) => said(one, reserved)).join(" | ")}`;
    set(now);
    buttons.mark(now);
  }
  function draw() {
    not.checked = chosen.not;
    const own = chosen.values.filter((one) => !told.values.some(([value]) => value === one)).map((one) => [one, null]);
    const typed = chosen.values.length ? "" : now.trim().toLowerCase();
    const fit = [...own, ...told.values].filter(([value]) => chosen.values.includes(value) || String(value).toLowerCase().includes(typed));
    found.replaceChildren(...(fit.length ? fit : told.values).slice(0, MOST).map(([value, count]) => element("label", { class: "sheet-value" }, element("input", { type: "checkbox", checked: chosen.values.includes(value), onchange: (event) => { chosen.values = event.target.checked ? [...chosen.values, value] : chosen.values.filter((one) => one !== value); put(); } }), element("span", {}, String(value)), element("span", { class: "desk-quiet" }, count === null ? "" : String(count)))));
  }
  function read(cell) {
    now = cell;
    chosen = picked(cell);
    buttons.mark(cell);
    draw();
  }
  const seen = [...new Set(given.sheet.rows.flatMap((row) => picked(row[heading] ?? "").values))];
  told = { values: seen.map((value) => [value, null]) };
  draw();
  offered(heading, given, about, (answer) => {
    const mine = seen.filter((value) => !answer.values.some(([one]) => one === value));
    told = { ...answer, values: [...answer.values, ...mine.map((value) => [value, null])] };
    draw();
  });
  return { parts: [buttons.node, element("label", { class: "sheet-value" }, not, element("span", {}, words.none_of)), found, about], read };
}

/** Ask which values there are; say how old the answer is, and of how many people. */
export async function offered(heading, { data, words }, about, shown) {
  if (!/^(traits|features|derived)\./.test(heading)) return;
  about.textContent = words.asking_values;
  const told = await data.values(heading);
  if (!told || told.error) return void (about.textContent = told?.error?.message ?? "");
  about.textContent = filled(words.values_of, { known: told.known, people: told.people, age: told.age_seconds });
  shown(told);
}

/** The days of a week, counted from Monday as 1. */
export function weekdays(heading, text, given) {
  const { words, set } = given;
  const name = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { weekday: "long", timeZone: "UTC" });
  const chosen = new Set(days(text));
  const boxes = Array.from({ length: 7 }, (_, i) => i + 1).map((day) => [day, element("input", { type: "checkbox", checked: chosen.has(day), onchange: (event) => { chosen[event.target.checked ? "add" : "delete"](day); set([...chosen].sort().join(" | ")); } })]);
  const read = (now) => {
    chosen.clear();
    for (const day of days(now)) chosen.add(day);
    for (const [day, box] of boxes) box.checked = chosen.has(day);
  };
  return { parts: [element("div", { class: "sheet-list" }, ...boxes.map(([day, box]) => element("label", { class: "sheet-value" }, box, element("span", {}, name.format(Date.UTC(2024, 0, day))))))], read, help: words.weekday_help };
}

function days(text) {
  const told = take(text);
  if (told.kind === "between" && !told.not) return [1, 2, 3, 4, 5, 6, 7].filter((day) => Number(told.low) <= day && day <= Number(told.high));
  return told.kind === "values" && !told.not ? told.values.map(Number).filter((day) => day >= 1 && day <= 7) : [];
}
