/** The sentence: every part of the condition as words and fields, with buttons for all that can be done. */

import { element, filled } from "../sheet/dom.js";
import { get, isGroup, kind, listed, pointer } from "./tree.js";
import { clean, field } from "./values.js";

const SPANS = ["ever", "within", "between", "since", "until", "since_until", "in_session", "since_last"];
const SPAN_KEYS = ["within", "between", "since", "until", "in_session", "since_last"];

export class Builder {
  constructor(mount, language, told, act) {
    this.mount = mount;
    this.language = language;
    this.words = told.words;
    this.may = told.may.editor;
    this.vocabulary = told.vocabulary;
    this.act = act;
    this.faults = [];
    this.people = null;
    this.open = new Set();
  }

  /** Draw the tree anew; the field that was being used stays in use. */
  draw(tree) {
    this.tree = tree;
    const at = document.activeElement?.dataset?.at;
    const inside = this.mount.contains(document.activeElement);
    const caret = inside && document.activeElement.tagName === "INPUT" && document.activeElement.type === "text" ? document.activeElement.selectionStart : null;
    this.mount.replaceChildren(this.unit([], "segment", true));
    if (!this.may) for (const one of this.mount.querySelectorAll("input, select, textarea, button")) one.disabled = true;
    if (inside && at !== undefined) this.focus(at, caret);
    this.mark();
  }

  focus(at, caret = null) {
    const found = [...this.mount.querySelectorAll("[data-at]")].find((one) => one.dataset.at === at);
    found?.focus();
    if (found && caret !== null) found.setSelectionRange?.(caret, caret);
    return Boolean(found);
  }

  /** The place of the part a field stands in. */
  placeOf(node) {
    const unit = node?.closest?.("[data-path]");
    return unit ? JSON.parse(unit.dataset.path) : null;
  }

  /** Show faults and counts where they belong, without drawing the fields again. */
  mark() {
    for (const one of this.mount.querySelectorAll(".seg-fault")) one.remove();
    for (const one of this.mount.querySelectorAll("[aria-invalid]")) { one.removeAttribute("aria-invalid"); one.removeAttribute("aria-describedby"); }
    for (const [i, fault] of this.faults.entries()) this.#blame(fault, i);
    for (const one of this.mount.querySelectorAll(".seg-people")) {
      const count = this.people?.parts.find((part) => part.at === one.dataset.part);
      one.textContent = count ? filled(this.words.of_people, { count: count.in.toLocaleString(), people: this.people.people.toLocaleString() }) : "";
    }
  }

  #blame(fault, i) {
    let control = null;
    for (let at = fault.at; !control; at = at.slice(0, at.lastIndexOf("/"))) {
      control = [...this.mount.querySelectorAll("input, select, textarea")].find((one) => one.dataset.at === at);
      if (!at) break;
    }
    const units = [...this.mount.querySelectorAll("[data-path]")].filter((one) => `${fault.at}/`.startsWith(`${one.dataset.pointer}/`));
    const unit = units.at(-1) ?? this.mount.querySelector("[data-path]");
    const inside = control && unit?.contains(control) ? control : null;
    const said = element("p", { class: "seg-fault", id: `seg-fault-${i}`, tabindex: "-1" }, fault.message);
    inside?.setAttribute("aria-invalid", "true");
    inside?.setAttribute("aria-describedby", said.id);
    (unit?.querySelector(":scope > .seg-body") ?? this.mount).append(said);
  }

  /** One part: what it says, and its tools; a part that is negated says so first. */
  unit(path, scope, root = false) {
    const part = get(this.tree, path);
    const negated = kind(part) === "not";
    const own = negated ? [...path, "not"] : path;
    const inner = get(this.tree, own);
    const shape = kind(inner);
    const body = element("div", { class: "seg-body" }, negated && element("strong", { class: "seg-not" }, this.words.not), shape === "not" ? this.unit(own, scope) : this.#shape(shape, own, scope));
    const name = this.words[`kind_${isGroup(inner) ? "group" : shape}`] ?? shape;
    return element("div", { class: `seg-unit seg-is-${isGroup(inner) ? "group" : shape}`, role: "group", "aria-label": name, data: { path: JSON.stringify(path), pointer: pointer(path) } }, body, element("div", { class: "seg-side" }, element("span", { class: "seg-people", data: { part: pointer(path) } }), this.#tools(path, inner, negated, scope, root)));
  }

  #tools(path, inner, negated, scope, root) {
    const at = pointer(path);
    const tool = (name, sign, run, more = {}) => element("button", { type: "button", class: "seg-tool", title: this.words[name], "aria-label": this.words[name], data: { at: `${at}#${name}`, tool: name }, onclick: run, ...more }, sign);
    const inList = typeof path.at(-1) === "number";
    const outer = inList ? get(this.tree, path.slice(0, -1)) : null;
    return element("div", { class: "seg-tools", role: "group", "aria-label": this.words.tools },
      tool("negate", "≠", () => this.act.negate(path), { "aria-pressed": String(negated) }),
      inList && tool("up", "↑", () => this.act.move(path, -1), { disabled: path.at(-1) === 0 }),
      inList && tool("down", "↓", () => this.act.move(path, 1), { disabled: path.at(-1) === outer.length - 1 }),
      !this.#bindsWhole(path) && tool("group", "( )", () => this.act.group(path)),
      isGroup(inner) && !negated && (inner[listed(inner)].length === 1 || inList) && tool("ungroup", ")(", () => this.act.ungroup(path)),
      inList && tool("duplicate", "×2", () => this.act.duplicate(path)),
      (inList || root || path.at(-1) === "where") && tool("remove", "×", () => this.act.remove(path)));
  }

  #bindsWhole(path) {
    return path.at(-1) === "sequence";
  }

  #shape(shape, path, scope) {
    const part = get(this.tree, path);
    const shapes = { attribute: () => this.#attribute(path, part, scope), event: () => this.#event(path, part), segment: () => this.#segment(path, part), everyone: () => element("span", {}, this.words.everyone), sequence: () => this.#sequence(path, part), same: () => this.#same(path, part), has_been: () => this.#hasBeen(path, part) };
    return isGroup(part) ? this.#group(path, part, scope) : (shapes[shape]?.() ?? element("span", {}, this.words.nothing));
  }

  #edit(path, more, again = false) {
    this.act.edit(path, (part) => clean({ ...part, ...more }), again);
  }

  #given(path, key, label, more = {}) {
    return { at: `${pointer(path)}/${key}`, label, words: this.words, language: this.language, list: null, type: null, set: (value, again) => this.act.set([...path, key], value, again), ...more };
  }

  #select(path, key, label, options, now, run) {
    const made = element("select", { "aria-label": label, data: { at: `${pointer(path)}/${key}` }, onchange: () => run(options[made.selectedIndex][0]) }, ...options.map(([value, word]) => element("option", { value, selected: value === now }, word)));
    if (!options.some(([value]) => value === now)) made.selectedIndex = -1;
    return made;
  }

  #input(path, key, label, list, more = {}) {
    const made = element("input", { type: "text", autocomplete: "off", class: "seg-path", list, "aria-label": label, data: { at: `${pointer(path)}/${key}` }, value: get(this.tree, path)[key] ?? "", oninput: () => this.act.set([...path, key], made.value), onchange: () => this.act.redraw(), ...more });
    return made;
  }

  #attribute(path, part, scope) {
    const type = this.language.typeOf(part.attribute);
    const names = this.language.forType(type).map(([name, one]) => [name, one.label]);
    const now = this.language.grammar.operators[part.operator];
    if (now && !names.some(([name]) => name === part.operator)) names.push([part.operator, now.label]);
    const operator = this.#select(path, "operator", this.words.operator, names, part.operator, (next) => this.#edit(path, { operator: next, value: this.language.kept(part.operator, next, get(this.tree, path).value), ignore_case: undefined }, true));
    const cases = now?.cases && element("label", { class: "seg-with" }, element("input", { type: "checkbox", checked: part.ignore_case === true, data: { at: `${pointer(path)}/ignore_case` }, onchange: (event) => this.act.set([...path, "ignore_case"], event.target.checked || undefined) }), " ", this.words.ignore_case);
    return element("span", { class: "seg-sentence" }, this.#input(path, "attribute", this.words.attribute, scope === "where" ? "seg-properties" : "seg-attributes"), " ", operator, " ", field(now?.schema, part.value, this.#given(path, "value", this.words.value, { type })) ?? "", cases || "");
  }

  #segment(path) {
    return element("span", { class: "seg-sentence" }, this.words.in_segment, " ", this.#input(path, "segment", this.words.kind_segment, "seg-segments"));
  }

  /** An event: how often, or what of it, over which time, and only which ones. */
  #event(path, part) {
    return element("div", { class: "seg-event" }, element("span", { class: "seg-sentence" }, this.words.did, " ", this.#input(path, "event", this.words.event, "seg-events", { title: this.language.grammar.events[part.event] ?? "" }), " ", ...this.#asked(path, part)), this.#span(path, part), this.#where(path, part));
  }

  #asked(path, part) {
    const { grammar } = this.language;
    const measure = this.language.measureOf(part);
    const bare = part.operator === undefined && part.measure === undefined;
    const measures = [["once", this.words.at_least_once], ...Object.entries(grammar.measures).map(([name, one]) => [name, one.label])];
    const which = this.#select(path, "measure", this.words.measure, measures, bare ? "once" : measure, (next) => this.#measured(path, part, next));
    if (bare) return [which];
    const described = grammar.measures[measure]?.schema;
    const of = described && field(described, part.measure?.[measure], this.#given(path, `measure/${measure}`, grammar.measures[measure].label, { list: described.attribute ? "seg-properties" : "seg-events", set: (value, again) => this.act.set([...path, "measure"], { [measure]: value }, again) }));
    const now = grammar.operators[part.operator];
    const names = this.language.forMeasure(measure).map(([name, one]) => [name, measure === "count" && one.times ? `${one.times} ... ${this.words.times}` : one.label]);
    const operator = this.#select(path, "operator", this.words.operator, names, part.operator, (next) => this.#edit(path, { operator: next, value: this.language.kept(part.operator, next, get(this.tree, path).value) }, true));
    const type = { number: "number" }[grammar.measures[measure]?.answers?.length === 1 ? grammar.measures[measure].answers[0] : ""] ?? null;
    return [which, " ", of ?? "", " ", operator, " ", field(now?.schema, part.value, this.#given(path, "value", this.words.value, { type })) ?? ""];
  }

  #measured(path, part, next) {
    if (next === "once") return this.#edit(path, { measure: undefined, operator: undefined, value: undefined }, true);
    const { schema } = this.language.grammar.measures[next];
    const measure = next === "count" ? undefined : schema ? { [next]: schema.attribute ? "" : this.language.blank(schema) } : next;
    const fitting = this.language.forMeasure(next);
    const operator = fitting.some(([name]) => name === part.operator) ? part.operator : (fitting.find(([name]) => name === "at_least") ?? fitting[0])[0];
    const value = operator === part.operator ? part.value : this.language.kept(part.operator, operator, part.value);
    return this.#edit(path, { measure, operator, value }, true);
  }

  #span(path, part) {
    const said = SPANS.find((name) => name === (part.since !== undefined && part.until !== undefined ? "since_until" : SPAN_KEYS.find((key) => key in part))) ?? "ever";
    const blanks = { ever: {}, within: { within: "24h" }, between: { between: ["2d", "1d"] }, since: { since: "" }, until: { until: "" }, since_until: { since: "", until: "" }, in_session: { in_session: true }, since_last: { since_last: "" } };
    const none = Object.fromEntries(SPAN_KEYS.map((key) => [key, undefined]));
    const which = this.#select(path, "#span", this.words.when, SPANS.map((name) => [name, this.words[`span_${name}`]]), said, (next) => this.#edit(path, { ...none, ...blanks[next] }, true));
    const fields = SPAN_KEYS.filter((key) => key in part).map((key) => field(key === "since_last" ? (typeof part[key] === "string" ? { type: "string" } : {}) : this.language.grammar.span[key], part[key], this.#given(path, key, this.words[`span_${key}`], { list: key === "since_last" ? "seg-events" : null })));
    return element("span", { class: "seg-sentence seg-span" }, which, " ", ...fields.flatMap((one) => [one, " "]));
  }

  #where(path, part) {
    if (part.where) return element("div", { class: "seg-where" }, element("span", { class: "seg-word" }, this.words.only_where), this.unit([...path, "where"], "where"));
    return element("button", { type: "button", class: "seg-tool seg-wide", data: { at: `${pointer(path)}#where`, tool: "where" }, onclick: () => this.act.add([...path, "where"], this.language.fresh("attribute", "where")) }, this.words.add_where);
  }

  #group(path, part, scope) {
    const key = listed(part);
    const joint = this.#select(path, "#joint", this.words.joined, [["all", this.words.all], ["any", this.words.any]], key, (next) => this.act.join(path, next));
    const inner = part[key].map((_, i) => element("li", {}, i ? element("span", { class: "seg-joint", "aria-hidden": "true" }, this.words[key === "all" ? "and" : "or"]) : null, this.unit([...path, key, i], scope)));
    return element("div", { class: "seg-group" }, joint, inner.length ? element("ol", { class: "seg-parts" }, ...inner) : element("p", { class: "desk-quiet" }, this.words.empty), this.#adding([...path, key], scope));
  }

  #adding(path, scope) {
    const at = pointer(path);
    const list = get(this.tree, path);
    const buttons = this.language.kinds(scope).map((name) => element("button", { type: "button", class: "seg-add", data: { at: `${at}#add-${name}`, add: name }, onclick: () => this.act.insert(path, list.length, this.language.fresh(name, scope)) }, `+ ${this.words[`kind_${name}`]}`));
    return element("div", { class: "seg-adding", role: "group", "aria-label": this.words.add }, ...buttons);
  }

  #same(path, part) {
    const key = this.#input(path, "same", this.words.same_key, "seg-properties");
    return element("div", { class: "seg-group" }, element("span", { class: "seg-sentence" }, this.words.for_the_same, " ", key), this.#span(path, part), this.#bound(path, part));
  }

  #bound(path, part) {
    const key = listed(part);
    const joint = this.#select(path, "#joint", this.words.joined, [["all", this.words.all], ["any", this.words.any]], key, (next) => this.act.join(path, next));
    const inner = part[key].map((_, i) => element("li", {}, i ? element("span", { class: "seg-joint", "aria-hidden": "true" }, this.words[key === "all" ? "and" : "or"]) : null, this.unit([...path, key, i], "bound")));
    return element("div", {}, joint, element("ol", { class: "seg-parts" }, ...inner), this.#adding([...path, key], "bound"));
  }

  #hasBeen(path, part) {
    return element("div", { class: "seg-group" }, element("span", { class: "seg-sentence" }, this.words.true_for, " ", field(this.language.grammar.span.within, part.for, this.#given(path, "for", this.words.true_for))), this.unit([...path, "has_been"], "segment"));
  }

  #sequence(path, part) {
    const steps = part.sequence.map((step, i) => element("li", {}, i ? element("span", { class: "seg-joint", "aria-hidden": "true" }, this.words.then) : null, this.#step([...path, "sequence", i], step, part.sequence.length)));
    const key = part.same === undefined ? element("button", { type: "button", class: "seg-tool seg-wide", data: { at: `${pointer(path)}#same` }, onclick: () => this.act.add([...path, "same"], "properties.product_id") }, this.words.add_same) : element("span", { class: "seg-with" }, this.words.for_the_same, " ", this.#input(path, "same", this.words.same_key, "seg-properties"), " ", element("button", { type: "button", class: "seg-tool", "aria-label": this.words.remove_same, data: { at: `${pointer(path)}#unsame` }, onclick: () => this.#edit(path, { same: undefined }, true) }, "×"));
    const strict = element("label", { class: "seg-with" }, element("input", { type: "checkbox", checked: part.strict === true, data: { at: `${pointer(path)}/strict` }, onchange: (event) => this.act.set([...path, "strict"], event.target.checked || undefined) }), " ", this.words.strict);
    const more = element("button", { type: "button", class: "seg-add", data: { at: `${pointer(path)}/sequence#add-step`, add: "step" }, onclick: () => this.act.insert([...path, "sequence"], part.sequence.length, { event: "", within: "30m" }) }, `+ ${this.words.step}`);
    return element("div", { class: "seg-group" }, element("span", { class: "seg-word" }, this.words.in_order), element("ol", { class: "seg-parts" }, ...steps), element("div", { class: "seg-adding" }, more), element("span", { class: "seg-sentence" }, this.#span(path, part), " ", key, " ", strict));
  }

  #step(path, step, count) {
    const absent = "not" in step;
    const own = absent ? [...path, "not"] : path;
    const part = absent ? step.not : step;
    const at = pointer(path);
    const tool = (name, sign, run, more = {}) => element("button", { type: "button", class: "seg-tool", title: this.words[name], "aria-label": this.words[name], data: { at: `${at}#${name}`, tool: name }, onclick: run, ...more }, sign);
    const turned = () => this.act.edit(path, () => (absent ? clean({ ...part, within: step.within ?? part.within }) : { not: clean({ ...part, within: undefined }), within: part.within ?? "30m" }), true);
    const times = field({ type: "integer", minimum: 1, maximum: this.language.grammar.most.times }, part.value ?? 1, this.#given(own, "value", this.words.times, { set: (value) => this.act.set([...own, "value"], value === 1 ? undefined : value) }));
    const within = field({ ...this.language.grammar.span.within }, (absent ? step.within : part.within) ?? "", this.#given(path, "within", this.words.step_within, { set: (value) => this.act.set([...path, "within"], value === "" ? undefined : value) }));
    const body = element("div", { class: "seg-body" }, absent && element("strong", { class: "seg-not" }, this.words.not), element("span", { class: "seg-sentence" }, this.words.did, " ", this.#input(own, "event", this.words.event, "seg-events"), " ", times, " ", this.words.times, " ", this.words.span_within, " ", within), this.#where(own, part));
    return element("div", { class: "seg-unit", role: "group", "aria-label": this.words.step, data: { path: JSON.stringify(path), pointer: at } }, body, element("div", { class: "seg-side" }, element("div", { class: "seg-tools", role: "group", "aria-label": this.words.tools }, tool("negate", "≠", turned, { "aria-pressed": String(absent) }), tool("up", "↑", () => this.act.move(path, -1), { disabled: path.at(-1) === 0 }), tool("down", "↓", () => this.act.move(path, 1), { disabled: path.at(-1) === count - 1 }), tool("duplicate", "×2", () => this.act.duplicate(path)), tool("remove", "×", () => this.act.remove(path), { disabled: count === 1 }))));
  }
}
