/** The fields beside a cell that is being written, by what its column is made of. */

import { element, filled } from "./dom.js";
import { glimpse } from "./chips.js";
import * as moments from "./moments.js";
import * as ranges from "./ranges.js";
import * as values from "./values.js";
import { members, membership } from "./celltext.js";

const MANY = 12;
const DAYS = /^time(\..+)?\.weekday$/;

/** Return {node, read, first} for a column, or nothing where its text says all there is. */
export function panel(heading, text, given) {
  const made = kind(heading, given)(heading, text, given);
  if (!made) return null;
  const node = element("div", { class: "sheet-editor" }, ...made.parts, element("p", { class: "desk-quiet", id: "sheet-editor-help" }, made.help ?? given.words.editor_help));
  return { node, read: made.read, first: () => node.querySelector("input, select, button") };
}

function kind(heading, { vocabulary }) {
  const named = { segments, variant, enabled, rest, rollout: ranges.rollout, from: moments.wall, until: moments.wall, zone: moments.zone };
  if (named[heading]) return named[heading];
  if (heading.startsWith("condition ")) return yesOrNo;
  if (heading === "note" || heading === "priority" || heading === "values" || heading.startsWith("value ")) return () => null;
  const type = vocabulary.attributes[heading];
  if (DAYS.test(heading)) return values.weekdays;
  if (type === "datetime") return heading === "time.now" ? moments.clock : moments.instant;
  if (type === "number" || heading.startsWith("scores.")) return ranges.number;
  if (type === "boolean") return yesOrNo;
  return values.list;
}

const pressed = (label, on, onclick, more = {}) => element("button", { type: "button", class: "sheet-choice", "aria-pressed": String(on), onclick, ...more }, label);

/** Buttons of which one is chosen, and closes the cell. */
function choice(all, text, { set }) {
  const buttons = all.map(([said, label]) => pressed(label, said === text, () => set(said, true)));
  return { parts: [element("div", { class: "sheet-choices" }, ...buttons)], read: (now) => all.forEach(([said], i) => buttons[i].setAttribute("aria-pressed", String(said === now))) };
}

const enabled = (_, text, given) => choice([["yes", given.words.yes], ["no", given.words.no]], text || "yes", given);

function yesOrNo(heading, text, given) {
  const { words } = given;
  const isAttribute = !heading.startsWith("condition ");
  const said = isAttribute ? ["true", "false"] : ["yes", "no"];
  return choice([["", words.any], [said[0], words.yes], [said[1], words.no], ...(isAttribute ? [["known", words.known], ["unknown", words.unknown]] : [])], text.trim().toLowerCase(), given);
}

function variant(_, text, given) {
  const { vocabulary, words } = given;
  const all = Object.entries(vocabulary.variants);
  const found = element("div", { class: "sheet-list" });
  const draw = (now) => {
    const sought = now in vocabulary.variants ? "" : now.trim().toLowerCase();
    const fit = all.filter(([slug, name]) => `${slug} ${name}`.toLowerCase().includes(sought));
    found.replaceChildren(...(fit.length ? fit : all).slice(0, 50).map(([slug, name]) => pressed(element("span", { class: "sheet-with" }, glimpse(slug, given), element("strong", {}, name)), slug === now, () => given.set(slug, true), { title: slug })));
  };
  draw(text);
  return { parts: [found], read: draw, help: all.length ? words.choose_variant : words.no_variants };
}

function segments(_, text, given) {
  const { vocabulary, words, set } = given;
  const chosen = members(text);
  const all = Object.entries(vocabulary.segments);
  const sought = element("input", { type: "search", "aria-label": words.find_segment, placeholder: words.find_segment, oninput: () => draw() });
  const found = element("div", { class: "sheet-list" });
  const put = (slug, inside) => {
    if (chosen.get(slug) === inside) chosen.delete(slug);
    else chosen.set(slug, inside);
    set(membership(chosen));
    draw();
    found.querySelector(`[data-slug="${CSS.escape(slug)}"][data-inside="${inside}"]`)?.focus();
  };
  function draw() {
    const wanted = sought.value.trim().toLowerCase();
    const missing = [...chosen.keys()].filter((slug) => !(slug in vocabulary.segments)).map((slug) => [slug, slug]);
    const fit = [...missing, ...all].filter(([slug, name]) => chosen.has(slug) || `${slug} ${name}`.toLowerCase().includes(wanted));
    fit.sort(([a], [b]) => chosen.has(b) - chosen.has(a));
    found.replaceChildren(...fit.slice(0, 60).map(([slug, name]) => {
      const label = name || slug;
      const way = (inside, word) => pressed(words[word], chosen.get(slug) === inside, () => put(slug, inside), { data: { slug, inside: String(inside) }, "aria-label": filled(words[`${word}_segment`], { name: label }) });
      return element("div", { class: "sheet-member" }, element("span", {}, label), element("span", { class: "sheet-choices" }, way(true, "is_in"), way(false, "not_in")));
    }));
  }
  draw();
  const read = (now) => {
    chosen.clear();
    for (const [slug, inside] of members(now)) chosen.set(slug, inside);
    draw();
  };
  return { parts: [...(all.length > MANY ? [sought] : []), found], read, help: words.segments_help };
}

function rest(_, text, given) {
  const examples = ["viewed a product at least 3 times within 24 hours", "traits.city is \"Graz\" or traits.city is unknown", "placed an order within 30 days", "not in segment \"vip\""];
  const buttons = examples.map((said) => pressed(said, false, () => given.set(said)));
  return { parts: [element("div", { class: "sheet-list" }, ...buttons)], help: given.words.rest_help };
}
