/** Fields made from a JSON Schema: whatever an operator asks for can be filled in. */

import { element } from "../sheet/dom.js";
import { isSingle, isSingles } from "./language.js";

const LENGTHS = ["5m", "15m", "30m", "1h", "3h", "24h", "2d", "7d", "14d", "30d", "90d", "365d"];

/**
 * Return a field for a value. ``given``: {at, label, type, language, words, set, event}; ``set`` is
 * told the new value, and whether the field itself must be drawn again.
 */
export function field(schema, value, given) {
  if (!schema || "const" in schema) return null;
  if (schema.$ref) return item(value, given);
  const ways = schema.oneOf ?? schema.anyOf;
  if (ways) return either(ways, value, given);
  if (schema.enum) return choice(schema.enum, value, given);
  if (isSingle(schema)) return single(value, given);
  if (isSingles(schema)) return lines(value, given);
  if (schema.type === "boolean") return tick(value, given);
  if (schema.type === "number" || schema.type === "integer") return number(schema, value, given);
  if (schema.type === "string") return text(schema, value, given);
  if (schema.type === "array" && schema.minItems === 2 && schema.maxItems === 2) return pair(schema, value, given);
  if (schema.type === "array" && schema.items?.enum) return ticks(schema.items.enum, value, given);
  if (schema.type === "array" && schema.items?.type === "string") return lines(value, { ...given, type: "string" });
  if (schema.type === "object" && Object.values(schema.properties).every((part) => part.type !== "array" || part.items.enum)) return record(schema, value, given);
  return raw(value, given);
}

const input = (given, more) => element("input", { "data": { at: given.at }, "aria-label": given.label, autocomplete: "off", ...more });

function text(schema, value, given) {
  if (schema.format === "date-time") {
    const made = input(given, { type: "datetime-local", step: "1", value: String(value ?? "").replace(/(\.\d+)?Z$/, ""), oninput: () => given.set(made.value ? `${made.value.length === 16 ? `${made.value}:00` : made.value}Z` : "") });
    return element("span", { class: "seg-with" }, made, " UTC");
  }
  const list = schema.format === "length" ? "seg-lengths" : schema.attribute ? "seg-properties" : given.list;
  const made = input(given, { type: schema.format === "date" ? "date" : "text", list, value: value ?? "", class: schema.format === "length" ? "seg-short" : schema.attribute ? "seg-path" : "seg-text", maxlength: schema.maxLength, placeholder: schema.format === "length" ? "24h" : null, oninput: () => given.set(made.value) });
  return made;
}

function number(schema, value, given) {
  const made = input(given, { type: "number", class: "seg-short", step: schema.type === "integer" ? "1" : "any", min: schema.minimum, max: schema.maximum, value: value ?? "", oninput: () => given.set(made.value === "" ? "" : Number(made.value)) });
  return made;
}

function choice(values, value, given) {
  const made = element("select", { data: { at: given.at }, "aria-label": given.label, onchange: () => given.set(values[made.selectedIndex], true) }, ...values.map((one) => element("option", { selected: one === value }, String(one))));
  return made;
}

function tick(value, given) {
  const made = input(given, { type: "checkbox", checked: value === true, onchange: () => given.set(made.checked) });
  return element("label", { class: "seg-with" }, made, " ", given.label);
}

function ticks(values, value, given) {
  const chosen = new Set(Array.isArray(value) ? value : []);
  const boxes = values.map((one) => element("label", { class: "seg-with" }, element("input", { type: "checkbox", checked: chosen.has(one), data: { at: `${given.at}#${one}` }, onchange: (event) => { chosen[event.target.checked ? "add" : "delete"](one); given.set(values.filter((each) => chosen.has(each))); } }), " ", one));
  return element("span", { role: "group", "aria-label": given.label, class: "seg-with" }, ...boxes);
}

/** A text, a number or yes/no, by the type the catalogue tells; what it is can be chosen where it tells none. */
function single(value, given) {
  const kinds = { string: "text", number: "number", boolean: "yes_no" };
  const kind = given.type === "number" || given.type === "boolean" ? given.type : typeof value in kinds ? typeof value : "string";
  const made = kind === "boolean" ? element("select", { data: { at: given.at }, "aria-label": given.label, onchange: () => given.set(made.selectedIndex === 0) }, element("option", { selected: value === true }, given.words.yes), element("option", { selected: value !== true }, given.words.no)) : input(given, { type: kind === "number" ? "number" : "text", step: "any", class: kind === "number" ? "seg-short" : "seg-text", list: given.list, value: value ?? "", oninput: () => given.set(kind === "number" && made.value !== "" ? Number(made.value) : made.value) });
  if (given.type && kinds[given.type]) return made;
  const turned = { string: (old) => String(old ?? ""), number: (old) => Number(old) || 0, boolean: () => true };
  const which = element("select", { "aria-label": given.words.kind_of_value, data: { at: `${given.at}#kind` }, onchange: () => { const name = Object.keys(kinds)[which.selectedIndex]; given.set(turned[name](value), true); } }, ...Object.entries(kinds).map(([name, word]) => element("option", { selected: name === kind }, given.words[word])));
  return element("span", { class: "seg-with" }, made, " ", which);
}

/** Several values, one a line. */
function lines(value, given) {
  const numbers = given.type === "number" || (given.type !== "string" && Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number"));
  const read = () => made.value.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => (numbers && Number.isFinite(Number(line)) ? Number(line) : line === "true" ? true : line === "false" ? false : line));
  const given_ = Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value];
  const made = element("textarea", { data: { at: given.at }, "aria-label": `${given.label}, ${given.words.one_a_line}`, rows: Math.min(6, Math.max(2, given_.length + 1)), class: "seg-lines", placeholder: given.words.one_a_line, oninput: () => given.set(read()) });
  made.value = given_.join("\n");
  return made;
}

function pair(schema, value, given) {
  const both = Array.isArray(value) ? [...value] : [];
  const one = (i, label) => field(schema.items, both[i], { ...given, at: `${given.at}/${i}`, label, set: (next, again) => { both[i] = next; given.set([both[0] ?? "", both[1] ?? ""], again); } });
  return element("span", { class: "seg-with" }, one(0, `${given.label}, ${given.words.from}`), ` ${given.words.and} `, one(1, `${given.label}, ${given.words.to}`));
}

function record(schema, value, given) {
  let now = value && typeof value === "object" ? { ...value } : {};
  const required = schema.required ?? [];
  const parts = Object.entries(schema.properties).map(([key, inner]) => {
    const label = key.replaceAll("_", " ");
    const made = field(inner, now[key], { ...given, list: key === "zone" ? "seg-zones" : null, type: null, at: `${given.at}/${key}`, label, set: (next, again) => { const { [key]: _, ...rest } = now; now = next === "" && !required.includes(key) ? rest : { ...now, [key]: next }; given.set(now, again); } });
    return made && element("span", { class: "seg-with" }, element("span", { class: "seg-word" }, label), " ", made);
  });
  return element("span", { role: "group", "aria-label": given.label, class: "seg-record" }, ...parts);
}

function fits(schema, value) {
  if (schema.type === "object") return value && typeof value === "object" && !Array.isArray(value) && (schema.required ?? []).every((key) => key in value) && Object.entries(schema.properties).every(([key, inner]) => !("const" in inner) || inner.const === value[key]);
  if (schema.type === "array") return Array.isArray(value);
  if (schema.type === "integer" || schema.type === "number") return typeof value === "number";
  return typeof value === schema.type;
}

/** One of several shapes: the one the value has, and a choice of the others. */
function either(ways, value, given) {
  if (ways.some((way) => way.$ref)) return item(value, given);
  if (ways.some((way) => way.properties?.coordinates)) return raw(value, given);
  const lists = ways.filter((way) => way.type === "array");
  if (ways.length === 2 && lists.length === 1 && lists[0].items?.type === "string") return field(lists[0], Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value], given);
  const now = Math.max(0, ways.findIndex((way) => fits(way, value)));
  const name = (way) => (way.type === "object" ? Object.keys(way.properties).map((key) => key.replaceAll("_", " ")).join(", ") : (given.words[`shape_${way.type}`] ?? way.type));
  const which = element("select", { "aria-label": `${given.label}, ${given.words.shape}`, data: { at: `${given.at}#way` }, onchange: () => given.set(given.language.blank(ways[which.selectedIndex]), true) }, ...ways.map((way, i) => element("option", { selected: i === now }, name(way))));
  return element("span", { class: "seg-with" }, which, " ", field(ways[now], value, given));
}

/** What is asked of one entry of a list: up to eight tests that must all hold. */
function item(value, given) {
  const tests = Array.isArray(value) ? [...value] : [value && typeof value === "object" ? value : { operator: "equals", value: "" }];
  const set = (next, again = true) => given.set(next.length === 1 ? next[0] : next, again);
  const rows = tests.map((test, i) => {
    const at = `${given.at}${Array.isArray(value) ? `/${i}` : ""}`;
    const part = given.language.grammar.operators[test.operator];
    const names = given.language.forItems();
    const change = (more, again) => { tests[i] = clean({ ...tests[i], ...more }); set([...tests], again); };
    const which = element("select", { "aria-label": given.words.operator, data: { at: `${at}/operator` }, onchange: () => { const next = names[which.selectedIndex][0]; change({ operator: next, value: given.language.kept(test.operator, next, test.value), ignore_case: undefined }); } }, ...names.map(([name, one]) => element("option", { value: name, selected: name === test.operator }, one.label)));
    const cases = part?.cases && element("label", { class: "seg-with" }, element("input", { type: "checkbox", checked: test.ignore_case === true, data: { at: `${at}/ignore_case` }, onchange: (event) => change({ ignore_case: event.target.checked || undefined }, false) }), " ", given.words.ignore_case);
    const gone = tests.length > 1 && element("button", { type: "button", class: "seg-tool", "aria-label": given.words.remove_test, data: { at: `${at}#remove` }, onclick: () => set(tests.filter((_, n) => n !== i)) }, "×");
    return element("span", { class: "seg-with" }, which, " ", field(part?.schema, test.value, { ...given, type: null, at: `${at}/value`, set: (next, again) => change({ value: next }, again ?? false) }) ?? "", cases || "", gone || "");
  });
  const more = tests.length < 8 && element("button", { type: "button", class: "seg-tool seg-wide", data: { at: `${given.at}#more` }, onclick: () => set([...tests, { operator: "equals", value: "" }]) }, given.words.and_test);
  return element("span", { class: "seg-record" }, ...rows, more || "");
}

export const clean = (part) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));

/** What no field is made for is written as JSON. */
function raw(value, given) {
  const made = element("textarea", { data: { at: given.at }, "aria-label": `${given.label}, JSON`, rows: 4, class: "seg-lines document", spellcheck: "false", oninput: () => { try { given.set(JSON.parse(made.value)); } catch { given.set(made.value); } } });
  made.value = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  return made;
}

export const lengths = () => element("datalist", { id: "seg-lengths" }, ...LENGTHS.map((value) => element("option", { value })));
