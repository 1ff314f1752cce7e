/** What stands beside the sentence: people, their reasons, other segments, stability. */

import { element, filled } from "../sheet/dom.js";

const LENGTHS = ["", "5m", "15m", "30m", "1h", "3h", "6h", "12h", "24h", "2d", "3d", "7d"];
const MOVES = ["", 1, 2, 3, 4, 6, 8, 12, 24];
const number = (value) => Number(value).toLocaleString();

export class Panels {
  constructor(told, act) {
    this.words = told.words;
    this.visitor = told.visitor;
    this.act = act;
    this.segments = told.vocabulary.segments;
  }

  place(name) {
    return document.getElementById(`seg-${name}`);
  }

  say(name, ...sentences) {
    this.place(name).replaceChildren(...sentences.map((sentence) => element("p", { class: "desk-quiet" }, sentence)));
  }

  refused(name, error) {
    this.say(name, error.late ? this.words.no_worker : filled(this.words.not_counted, { reason: `${error.at ?? ""} ${error.message}`.trim() }));
  }

  /** How it was found out, of how many, and how old it is. */
  method(told) {
    const way = this.words[`method_${told.method}`];
    const drawn = told.of > told.people ? ` ${filled(this.words.drawn, { people: number(told.people), of: number(told.of) })}` : "";
    const age = filled(this.words.age, { seconds: number(told.age_seconds ?? 0), when: new Date(told.at ?? Date.now()).toLocaleString(undefined, { timeZoneName: "short" }) });
    return `${way}${drawn} ${age}`;
  }

  count(told) {
    const lists = ["in", "out", "unknown", "entering", "leaving"].map((which) => element("button", { type: "button", class: "seg-list", data: { which }, onclick: () => this.act.list(which, 1, told.stamp) }, filled(this.words[`list_${which}`], { count: number(told[which]) })));
    this.place("count").replaceChildren(
      element("p", { class: "desk-figure" }, element("strong", { id: "seg-number" }, number(told.in)), ` ${filled(this.words.of_all, { people: number(told.people) })}`),
      element("div", { class: "seg-lists" }, ...lists),
      element("p", { class: "desk-quiet", id: "seg-method" }, this.method(told)),
      element("p", { id: "seg-cost" }, element("span", { class: "desk-tag" }, this.words[`cost_${told.cost.class}`]), " ", filled(this.words.cost_windows, told.cost)));
  }

  list(told) {
    const go = (page, name, off) => element("button", { type: "button", class: "seg-list", disabled: off, onclick: () => this.act.list(told.which, page, told.stamp) }, this.words[name]);
    const people = told.list.map((id) => element("li", {}, this.person(id)));
    this.place("list").replaceChildren(
      element("h3", { tabindex: "-1", id: "seg-list-title" }, filled(this.words[`list_${told.which}`], { count: number(told.count) })),
      people.length ? element("ol", { class: "seg-ids", start: (told.page - 1) * 50 + 1 }, ...people) : element("p", { class: "desk-quiet" }, this.words.nobody),
      element("div", { class: "seg-lists" }, go(told.page - 1, "before", told.page <= 1), element("span", {}, filled(this.words.page, { page: number(told.page), pages: number(told.pages) })), go(told.page + 1, "after", told.page >= told.pages), element("button", { type: "button", class: "seg-list", onclick: () => this.act.closeList() }, this.words.close)));
  }

  person(id) {
    const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return element("a", { href: this.visitor.replace("00000000-0000-0000-0000-000000000000", dashed), class: "seg-id" }, id.slice(0, 8));
  }

  sample(told) {
    const signs = { true: "✓", false: "✗", null: "?" };
    const reason = (one) => element("li", { class: `seg-truth-${one.truth}` }, element("span", { "aria-hidden": "true" }, `${signs[one.truth]} `), element("span", { class: "visually-hidden" }, `${this.words[`truth_${one.truth}`]}: `), one.words, one.seen === null || one.seen === undefined ? "" : element("span", { class: "desk-quiet" }, ` (${this.words.seen} ${typeof one.seen === "object" ? JSON.stringify(one.seen) : one.seen})`));
    const list = (side) => [element("h3", {}, this.words[`sample_${side}`]), told[side].length ? element("ul", { class: "seg-sample" }, ...told[side].map((one) => element("li", {}, this.person(one.profile), element("ul", {}, ...one.because.map(reason))))) : element("p", { class: "desk-quiet" }, this.words.nobody)];
    this.place("sample").replaceChildren(...list("in"), ...list("out"), element("p", { class: "desk-quiet" }, this.method(told)));
  }

  overlap(told) {
    const name = (slug) => this.segments[slug] ?? slug;
    const rows = told.shared.filter((one) => one.both || one.alike).map((one) => element("tr", {}, element("th", { scope: "row" }, name(one.segment)), element("td", {}, number(one.both)), element("td", {}, number(one.theirs)), element("td", {}, `${Math.round(one.alike * 100)} %`)));
    const table = element("div", { class: "desk-scroll", tabindex: "0", role: "group", "aria-label": this.words.overlap }, element("table", { class: "desk-table" }, element("thead", {}, element("tr", {}, ...["segment", "both", "theirs", "alike"].map((key) => element("th", { scope: "col" }, this.words[`col_${key}`])))), element("tbody", {}, ...rows)));
    this.place("overlap").replaceChildren(...(rows.length ? [table] : [element("p", { class: "desk-quiet" }, this.words.no_overlap)]), element("p", { class: "desk-quiet" }, this.method(told)));
    const said = told.advice.map((one) => element("li", {}, one.code === "alike" ? filled(this.words.advice_alike, { segment: name(one.segment), share: Math.round(one.alike * 100) }) : filled(this.words.advice_few, { people: number(one.people), least: one.least }), " ", one.code === "alike" && element("button", { type: "button", class: "seg-list", onclick: () => this.act.reuse(one.segment) }, filled(this.words.reuse, { segment: name(one.segment) }))));
    this.place("advice").replaceChildren(...(said.length ? [element("ul", { class: "seg-advice" }, ...said)] : []));
  }

  thresholds(told) {
    const rows = told.thresholds.map((one) => element("tr", {}, element("th", { scope: "row" }, element("button", { type: "button", class: "seg-list", onclick: () => this.act.go(one.at) }, one.at)), element("td", {}, ...one.near.flatMap((each) => [element(each.value === one.value ? "strong" : "span", { class: "seg-near" }, `${each.value}: ${number(each.in)}`), " "]))));
    this.place("thresholds").replaceChildren(rows.length ? element("div", { class: "desk-scroll", tabindex: "0", role: "group", "aria-label": this.words.thresholds }, element("table", { class: "desk-table" }, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, this.words.col_number), element("th", { scope: "col" }, this.words.col_near))), element("tbody", {}, ...rows))) : element("p", { class: "desk-quiet" }, this.words.no_thresholds));
    const [first] = told.thresholds;
    if (first) this.place("thresholds").append(element("p", { class: "desk-quiet" }, this.method({ ...first, at: told.at })));
  }

  /** The sliders: lengths and a number of moves a day. */
  sliders(stability, set) {
    const slider = (name, values, given) => {
      const list = values.includes(given ?? "") ? values : [...values, given];
      const said = element("output", {});
      const tell = (i) => (said.textContent = list[i] === "" ? this.words.none : String(list[i]));
      const made = element("input", { type: "range", min: "0", max: String(list.length - 1), step: "1", value: String(list.indexOf(given ?? "")), "aria-describedby": `seg-help-${name}`, id: `seg-${name}`, oninput: () => { tell(made.value); made.setAttribute("aria-valuetext", said.textContent); set(name, list[made.value]); } });
      tell(made.value);
      made.setAttribute("aria-valuetext", said.textContent);
      return element("div", { class: "seg-slider" }, element("label", { for: `seg-${name}` }, this.words[`stability_${name}`]), made, said, element("p", { class: "desk-quiet", id: `seg-help-${name}` }, this.words[`help_${name}`]));
    };
    this.place("sliders").replaceChildren(...["enter_after", "exit_after", "min_stay"].map((name) => slider(name, LENGTHS, stability[name])), slider("max_moves_per_day", MOVES, stability.max_moves_per_day));
  }

  steady(told) {
    const { words } = this;
    const seconds = (value) => (value === null ? "–" : `${number(Math.round(value))} s`);
    const share = told.with.removed === null ? "–" : `${Math.round(told.with.removed * 100)} %`;
    const rows = [["moves", number], ["moves_per_day", number], ["flappers", number], ["in", number], ["entry_delay", seconds], ["exit_delay", seconds]].map(([key, said]) => element("tr", {}, element("th", { scope: "row" }, words[`steady_${key}`]), element("td", {}, said(told.without[key])), element("td", {}, said(told.with[key]))));
    const day = (side) => element("li", {}, filled(words[`day_${side}`], { count: number(told[side].count) }), " ", ...told[side].list.slice(0, 10).flatMap((id) => [this.person(id), " "]));
    this.place("steady").replaceChildren(element("table", { class: "desk-table" }, element("thead", {}, element("tr", {}, element("td", {}), element("th", { scope: "col" }, words.steady_without), element("th", { scope: "col" }, words.steady_with))), element("tbody", {}, ...rows)), element("p", {}, filled(words.removed_by, { share })), element("ul", {}, day("entered"), day("left")), element("p", { class: "desk-quiet" }, this.method(told)));
  }
}
