/** What stands in a cell in words: chips, a thumbnail or the first words of a variant. */

import { members } from "./celltext.js";
import { element } from "./dom.js";
import { locked, parts } from "./sheet.js";

const PLAIN = ["values", "rollout", "priority", "from", "until", "zone", "enabled", "note"];

/** Return what is shown of a cell; an empty one asks nothing. */
export function chips(heading, text, told, row) {
  const { words } = told;
  if (locked(row, heading)) return heading === "variant" ? experiment(row.experiment, words) : [""];
  const isPlain = PLAIN.includes(heading) || heading.startsWith("value ");
  if (!text) return isPlain || heading === "variant" ? [""] : [element("span", { class: "sheet-any" }, words.any)];
  if (heading === "variant") return variant(text, told);
  if (isPlain) return [text];
  if (heading === "segments") return [...members(text)].map(([slug, inside]) => segment(slug, inside, told));
  return parts(text, heading === "rest" ? "&" : "|").map((part) => element("span", { class: /^not\b/i.test(part) ? "sheet-chip sheet-not" : "sheet-chip" }, part));
}

function segment(slug, inside, { vocabulary, words }) {
  const name = vocabulary.segments[slug];
  return element("span", { class: `sheet-chip${inside ? "" : " sheet-not"}${name === undefined ? " sheet-wrong" : ""}`, title: name === undefined ? words.unknown_segment : slug }, (inside ? "" : "not ") + (name || slug));
}

function variant(text, told) {
  const slug = unquoted(text);
  const name = told.vocabulary.variants[slug];
  const chip = element("span", { class: name ? "sheet-chip" : "sheet-chip sheet-wrong", title: name ?? told.words.unknown_variant }, name && name !== slug ? name : slug);
  return [chip, glimpse(slug, told)];
}

function experiment(text, words) {
  return [element("span", { class: "desk-tag sheet-experiment" }, words.experiment), " ", element("span", { class: "sheet-chip", title: words.locked }, unquoted(text))];
}

/** The text of a cell that may stand in quotes. */
export function unquoted(text) {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A picture of what a variant shows, else its first words; nothing where it has neither. */
export function glimpse(slug, { vocabulary }) {
  const seen = vocabulary.glimpses?.[slug];
  if (seen?.image) return element("img", { class: "sheet-picture", src: seen.image, alt: "", loading: "lazy", title: seen.text });
  return seen?.text ? element("span", { class: "sheet-glimpse", title: seen.text }, seen.text) : "";
}
