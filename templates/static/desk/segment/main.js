/** The page of a segment: brings the tree, its three forms, the people and the server together. */

import { Asking, calm } from "../sheet/asking.js";
import { filled } from "../sheet/dom.js";
import { fresh } from "../sheet/fresh.js";
import { History } from "../sheet/history.js";
import { Working } from "../sheet/working.js";
import { acts } from "./acts.js";
import { Builder } from "./builder.js";
import { conflicts } from "./conflicts.js";
import { Counting } from "./counting.js";
import { keys } from "./keys.js";
import { Language } from "./language.js";
import { Panels } from "./panels.js";
import * as trees from "./tree.js";
import { datalists } from "./datalists.js";
import { drawing } from "./drawing.js";

const PAUSE = 300;
const byId = (id) => document.getElementById(id);
const told = JSON.parse(byId("segment-told").textContent);
const { words, may } = told;
const language = new Language(told.grammar, told.vocabulary);
const asking = new Asking(told.urls, words);
const counting = new Counting(asking);
const history = new History({ condition: told.condition, stability: told.stability });
let base = told.base;
let clean = history.present;
let sound = null;
let touched = "";
let writing = false;

const say = (name, values = {}) => (byId("seg-said").textContent = filled(words[name] ?? name, values));
const state = (text) => (byId("seg-state").textContent = text);
const tree = () => history.present.condition;
const work = () => (history.present === clean ? null : { base, content: history.present });
const working = new Working(told, asking, counting.page, work, (when) => state(filled(words.kept, { when: new Date(when).toLocaleTimeString(undefined, { timeZoneName: "short" }) })));
const { soon, typed } = drawing(() => page.builder.draw(tree()));
const page = { tree, change, say, soon };
const act = {
  ...acts(page),
  list: (which, number, stamp) => list(which, number, stamp),
  closeList: () => byId("seg-list").replaceChildren(),
  reuse: (segment) => change({ segment }, true),
};

const builder = new Builder(byId("seg-builder"), language, told, act);
const panels = new Panels(told, act);
page.builder = builder;

function change(condition, again = false, at = "", from = "tree") {
  return step({ ...history.present, condition }, again, at, from);
}

/** Make a step; one field written in letter by letter is one step. */
function step(next, again, at, from) {
  const same = next.condition === history.present.condition && next.stability === history.present.stability;
  if (!may.editor || same) return false;
  if (at && at === touched) history.present = next;
  else history.go(next);
  touched = at;
  changed(again, from);
  return true;
}

function changed(again, from) {
  writing = false;
  if (from !== "tree" || again) soon();
  if (from !== "json") byId("seg-json").value = JSON.stringify(tree(), null, 2);
  unsaved();
  look(from);
}

function unsaved() {
  state(history.present === clean ? "" : words.unsaved);
  working.changed();
}

const look = calm(async (from) => {
  const condition = tree();
  if (from !== "text") fault("text", null);
  const seen = await asking.ask("check", { form: "tree", said: condition });
  if (!seen || tree() !== condition) return;
  if (seen.error) return state(seen.error.away ? words.not_reached : seen.error.message);
  show(seen, from);
}, PAUSE);

function show(seen, from) {
  builder.faults = seen.faults;
  byId("seg-faults").textContent = seen.faults.length ? filled(words.faults, { count: seen.faults.length }) : "";
  sound = seen.faults.length ? null : tree();
  if (sound && from !== "text" && !writing) byId("seg-text").value = seen.text;
  builder.people = null;
  builder.mark();
  if (from !== "json") fault("json", null);
  if (sound) people();
  else for (const name of ["count", "sample", "overlap", "thresholds"]) panels.say(name, words.not_sound);
}

/** Count, then what takes longer, one after the other; whatever is overtaken is left. */
async function people() {
  const condition = sound;
  const counted = await counting.ask("count", { condition });
  if (!counted || condition !== sound) return;
  if (counted.error) return panels.refused("count", counted.error);
  panels.count(counted);
  for (const [kind, shown] of [["parts", parts], ["sample", (found) => panels.sample(found)], ["overlap", (found) => panels.overlap(found)]]) {
    const found = await counting.ask(kind, { condition, stamp: counted.stamp });
    if (!found || condition !== sound) return;
    if (found.error) panels.refused(kind === "parts" ? "thresholds" : kind, found.error);
    else shown(found);
  }
}

function parts(found) {
  builder.people = found;
  builder.mark();
  panels.thresholds(found);
}

async function list(which, page, stamp) {
  const found = await counting.ask("list", { condition: sound, which, page, stamp });
  if (!found) return;
  if (found.error) return panels.refused("list", found.error);
  if (found.stamp !== stamp) panels.count(found);
  panels.list(found);
  byId("seg-list-title").focus();
}

async function replay() {
  if (!sound) return;
  panels.say("steady", words.replaying);
  const found = await counting.ask("steady", { condition: sound, stability: history.present.stability });
  if (!found) return;
  if (found.error) panels.refused("steady", found.error);
  else panels.steady(found);
}

const again = calm(() => byId("seg-steady").querySelector("table") && replay(), PAUSE);

function fault(form, found) {
  const place = byId(`seg-${form}-fault`);
  place.textContent = found ?? "";
  byId(`seg-${form}`).toggleAttribute("aria-invalid", Boolean(found));
}

/** The text form: the server reads it, the tree follows; a fault says line and column. */
const readText = calm(async () => {
  const said = byId("seg-text").value;
  const seen = await asking.ask("check", { form: "text", said }, "text");
  if (!seen || byId("seg-text").value !== said) return;
  if (seen.error) return fault("text", seen.error.message);
  const [wrong] = seen.faults;
  writing = false;
  fault("text", wrong ? `${wrong.line ? filled(words.line, { line: wrong.line, column: wrong.column }) : ""} ${wrong.message}` : null);
  if (!wrong) change(seen.document, true, "text", "text");
}, PAUSE);

function readJson() {
  try {
    const document_ = JSON.parse(byId("seg-json").value);
    fault("json", null);
    change(document_, true, "json", "json");
  } catch (wrong) {
    fault("json", wrong.message);
  }
}

async function save() {
  if (!may.editor) return;
  const saving = history.present;
  const stamp = working.stamp;
  state(words.saving);
  const done = await asking.ask("save", { ...saving, note: byId("seg-note").value, ...stamp }, "save", { "If-Match": `"${base}"` });
  if (!done) return;
  if (done.error?.conflicts) return settle(done.error, saving);
  if (done.error) return state(filled(done.error.away ? words.not_reached : words.not_saved, { reason: `${done.error.at ?? ""} ${done.error.message}` }));
  const still = history.present === saving;
  if (still || !done.merged) base = done.base;
  working.saved(stamp.step);
  if (still) {
    const kept = { condition: done.condition, stability: done.stability };
    if (JSON.stringify(kept) !== JSON.stringify(saving)) history.go(kept);
    clean = history.present;
    byId("seg-note").value = "";
    touched = "";
    if (done.merged) { changed(true, "save"); panels.sliders(kept.stability, stable); }
  }
  state(filled(done.merged ? words.merged : words.saved, { number: done.base }));
  publishing(done.revision, done.base);
}

/** Ask whose stands; where somebody went on meanwhile, what they made is asked about anew. */
function settle(found, saving) {
  state(words.conflicts);
  const asked = conflicts(found, words, (kept) => {
    byId("seg-asked").replaceChildren();
    if (history.present === saving) {
      base = found.base;
      step(kept, true, "", "save");
      panels.sliders(kept.stability, stable);
    }
    save();
  });
  byId("seg-asked").replaceChildren(asked);
  asked.querySelector("input").focus();
}

function publishing(revision, number) {
  if (!may.publisher || !revision || revision === told.live_id) return;
  const card = byId("seg-publish");
  card.hidden = false;
  card.querySelector("form").action = told.publish.replace("/0/", `/${revision}/`);
  card.querySelector("button").textContent = filled(words.publish, { number });
}

function stable(name, value) {
  const { [name]: _, ...rest } = history.present.stability;
  step({ ...history.present, stability: value === "" ? rest : { ...rest, [name]: value } }, false, `stability/${name}`, "tree");
  again();
}

const tools = {
  save,
  undo: () => turned(history.undo(), "undone"),
  redo: () => turned(history.redo(), "redone"),
  problem: () => byId("seg-builder").querySelector("[aria-invalid], .seg-fault")?.focus(),
  replay,
};

function turned(done, word) {
  if (!done) return;
  touched = "";
  panels.sliders(history.present.stability, stable);
  changed(true, "undo");
  say(word);
}

function start() {
  byId("seg-tools").hidden = !may.editor;
  byId("seg-forms").hidden = false;
  for (const form of ["text", "json"]) byId(`seg-${form}`).readOnly = !may.editor;
  byId("seg-datalists").append(...datalists(language, told));
  byId("seg-json").value = JSON.stringify(tree(), null, 2);
  panels.sliders(history.present.stability, stable);
  builder.draw(tree());
  look("tree");
  publishing(told.revision, base);
  document.addEventListener("keydown", keys({ act, builder, tools, may, typed }));
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => tools[button.dataset.do]());
  byId("seg-text").addEventListener("input", () => {
    writing = true;
    readText();
  });
  byId("seg-json").addEventListener("input", readJson);
  byId("seg-visible").addEventListener("change", shown);
  byId("seg-visible").disabled = !may.editor;
  addEventListener("beforeunload", (event) => history.present !== clean && event.preventDefault());
  fresh(asking, work, ({ number, by }) => number > base && state(filled(words.saved_meanwhile, { number, who: by })));
  restore();
}

async function shown(event) {
  const done = await asking.ask("visible", { visible: event.target.checked });
  if (done?.error) event.target.checked = !event.target.checked;
  say(done?.error ? "not_saved" : "saved_at_once", { reason: done?.error?.message ?? "" });
}

function restore() {
  working.offer(byId("seg-asked"), (kept) => {
    if (!kept.content?.condition) return;
    base = kept.base;
    step(kept.content, true, "", "save");
    panels.sliders(kept.content.stability, stable);
  });
}

start();
