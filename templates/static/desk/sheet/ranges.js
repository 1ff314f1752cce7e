/** Numbers: compared with one, between two, or one of some; and the share a row is rolled out to. */

import { read as take, write } from "./celltext.js";
import { element, filled } from "./dom.js";
import { always, offered } from "./values.js";

const WAYS = ["equals", ">=", "<=", ">", "<", "between", "not between"];

/** Return the fields of a number's cell. */
export function number(heading, text, given) {
  const { words, reserved, set } = given;
  const buttons = always(text, given, () => {});
  const way = element("select", { "aria-label": words.compared, onchange: () => put() }, ...WAYS.map((name) => element("option", { value: name }, words[`way_${WAYS.indexOf(name)}`])));
  const field = (label) => element("input", { type: "text", inputmode: "decimal", size: 8, "aria-label": label, oninput: () => put() });
  const [low, high] = [field(words.from), field(words.until)];
  const second = element("span", { class: "sheet-with" }, "\u2026", high);
  const about = element("p", { class: "desk-quiet" });

  function put() {
    second.hidden = !way.value.endsWith("between");
    const [a, b] = [low.value.trim().replace(",", "."), high.value.trim().replace(",", ".")];
    const told = { equals: () => a, between: () => write({ kind: "between", low: a, high: b }), "not between": () => write({ kind: "between", not: true, low: a, high: b }) }[way.value];
    const said = told ? told() : write({ kind: "compared", sign: way.value, low: a });
    if (a !== "") set(said || `${a} .. `);
    buttons.mark(said);
  }
  function read(cell) {
    const told = take(cell, reserved);
    buttons.mark(cell);
    if (told.kind === "compared") [way.value, low.value] = [told.sign, told.low];
    else if (told.kind === "between") [way.value, low.value, high.value] = [told.not ? "not between" : "between", told.low, told.high];
    else if (told.kind === "values" && !told.not && told.values.length === 1) [way.value, low.value] = ["equals", String(told.values[0])];
    second.hidden = !way.value.endsWith("between");
  }
  read(text);
  if (!take(text, reserved).kind.match(/compared|between|values/)) way.value = ">=";
  offered(heading, given, about, (told) => {
    if (told.ends.length) about.textContent = `${filled(words.ends, { low: told.ends[0], high: told.ends[1] })} ${about.textContent}`;
  });
  return { parts: [buttons.node, element("div", { class: "sheet-with" }, way, low, second), about], read };
}

/** The share of people that a row is for. */
export function rollout(_, text, { words, set }) {
  const range = element("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": words.rollout, oninput: () => set(range.value) });
  const steps = [1, 5, 10, 25, 50, 100].map((step) => element("button", { type: "button", class: "sheet-choice", onclick: () => { set(String(step)); range.value = step; } }, `${step} %`));
  range.value = Number(text) || 0;
  return { parts: [range, element("div", { class: "sheet-choices" }, ...steps)], read: (now) => (range.value = Number(now.replace("%", "")) || 0), help: words.rollout_help };
}
