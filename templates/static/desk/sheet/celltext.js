/** The language of a cell, taken apart and put together: what its editor shows as fields. */

import { parts } from "./sheet.js";

const SIGNS = [">=", "<=", ">", "<"];
const WORDS = /^[\p{L}]+([ /-]?[\p{L}]+)*$/u;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const OWN = ["not", "known", "unknown", "ignoring", "case", "yes", "no", "null", "true", "false"];

/** A value as a cell says it: a number or yes/no as it is, a text in quotes where it could be more. */
export function said(value, reserved = []) {
  if (typeof value !== "string") return JSON.stringify(value);
  const taken = value.toLowerCase().split(/\s+/).some((word) => OWN.includes(word) || reserved.includes(word));
  return WORDS.test(value) && value.length <= 100 && !taken ? value : JSON.stringify(value);
}

/** The value that a part of a cell says; a text as it stands where it is nothing else. */
export function value(part) {
  const text = part.trim();
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (!text.startsWith('"') && !NUMBER.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Take a cell apart: {kind, not, values, sign, low, high, word, rest}; what is none of these is ``other``. */
export function read(cell, reserved = []) {
  const text = cell.trim();
  if (!text || text === "-") return { kind: "any" };
  if (/^(known|unknown)$/i.test(text)) return { kind: text.toLowerCase() };
  const sign = SIGNS.find((one) => text.startsWith(one));
  if (sign) return { kind: "compared", sign, low: text.slice(sign.length).trim() };
  const not = /^not\s+/i.test(text);
  const body = not ? text.replace(/^not\s+/i, "") : text;
  const range = body.includes('"') ? null : body.match(/^(.+?)\s*\.\.\s*(.+)$/s);
  if (range) return { kind: "between", not, low: range[1].trim(), high: range[2].trim() };
  const word = body.match(/^([a-z_]+)(?:\s+(.*))?$/s);
  if (word && reserved.includes(word[1])) return { kind: "word", not, word: word[1], rest: word[2] ?? "" };
  return { kind: "values", not, values: parts(body, "|").filter(Boolean).map(value) };
}

/** Put a cell together; ``read`` takes it apart the same way. */
export function write(told, reserved = []) {
  const not = told.not ? "not " : "";
  if (told.kind === "known" || told.kind === "unknown") return told.kind;
  if (told.kind === "compared") return `${told.low}`.trim() === "" ? "" : `${told.sign} ${told.low}`;
  if (told.kind === "between") return [told.low, told.high].some((end) => `${end}`.trim() === "") ? "" : `${not}${told.low} .. ${told.high}`;
  if (told.kind === "word") return `${told.word} ${told.rest}`.trim();
  if (told.kind === "values" && told.values.length) return not + told.values.map((one) => said(one, reserved)).join(" | ");
  return "";
}

/** The segments of a cell, by name: true for in, false for not in. */
export function members(cell) {
  return new Map(parts(cell, "&").filter(Boolean).map((part) => {
    const not = /^not\s+/i.test(part);
    return [String(value(not ? part.replace(/^not\s+/i, "") : part)), !not];
  }));
}

export const membership = (chosen) => [...chosen].map(([slug, inside]) => (inside ? "" : "not ") + segment(slug)).join(" & ");

const segment = (slug) => (WORDS.test(slug) && !["not", "true", "false", "null"].includes(slug.toLowerCase()) ? slug : JSON.stringify(slug));

/** The opposite of a cell, or nothing where one cell cannot say it. */
export function opposite(heading, cell, reserved = []) {
  if (heading === "segments") {
    const asked = [...members(cell)];
    return asked.length === 1 ? membership(new Map([[asked[0][0], !asked[0][1]]])) : null;
  }
  const told = read(cell, reserved);
  if (told.kind === "known" || told.kind === "unknown") return told.kind === "known" ? "unknown" : "known";
  if (told.kind === "compared") return write({ ...told, sign: { ">=": "<", "<": ">=", ">": "<=", "<=": ">" }[told.sign] });
  return told.kind === "between" || told.kind === "values" ? write({ ...told, not: !told.not }, reserved) : null;
}
