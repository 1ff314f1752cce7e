/** Who gets which row and who would see something else, of what stands on the page, saved or not. */

import { calm } from "./asking.js";
import { element, filled } from "./dom.js";

const PAUSE = 600;

/** How an experiment stands among the slugs of variants. */
const TRIED = "experiment ";

export class People {
  constructor(told, counting, shown) {
    this.told = told;
    this.words = told.words;
    this.counting = counting;
    this.shown = shown;
    this.place = document.getElementById("sheet-people");
    this.whom = document.getElementById("sheet-whom");
    this.list = document.getElementById("sheet-list");
    this.page = 1;
    this.soon = calm((sheet, number) => this.of(sheet, number), PAUSE);
    this.whom.addEventListener("change", () => this.#listed(1));
  }

  /** Count for a sheet; ``number`` is the draft it was saved as, nothing while it is not. */
  async of(sheet, number) {
    this.asked = sheet;
    this.stale();
    const told = await this.counting.ask("crossing", { sheet });
    if (!told || this.asked !== sheet) return;
    if (told.error) return this.#say(filled(this.words.not_counted, { reason: told.error.away ? this.words.not_reached : told.error.message }));
    this.answer = told;
    this.shown(told);
    this.#done(told, number, sheet);
  }

  /** Say that what is shown is of an earlier state of the page. */
  stale() {
    if (this.answer) this.place.classList.add("sheet-stale");
    else this.#say(this.words.counting);
  }

  #done(told, number, sheet) {
    const { words } = this;
    this.place.classList.remove("sheet-stale");
    const sentence = filled(told.changed ? words.would_see : words.nobody_changes, { count: told.changed, people: told.people });
    const when = new Date(told.at).toLocaleString(undefined, { timeZoneName: "short" });
    const counted = filled(number ? words.counted : words.counted_unsaved, { number, when });
    const of = told.of > told.people ? filled(words.a_draw, { people: told.people, of: told.of }) : "";
    const method = filled(words[`method_${told.method}`], { age: told.age_seconds, took: told.took_ms });
    this.place.replaceChildren(element("p", {}, element("strong", {}, sentence)), ...(told.ways.length ? [this.#ways(told)] : []), element("p", { class: "desk-quiet" }, `${counted} ${method} ${of}`));
    const rows = sheet.rows.map((row, i) => [JSON.stringify({ row: row.id }), filled(words.list_row, { row: i + 1, count: told.rows[row.id]?.[0] ?? 0 })]);
    const ways = told.ways.map((way) => [JSON.stringify({ from: way.from, to: way.to }), `${this.#name(way.from)} \u2192 ${this.#name(way.to)} (${way.people})`]);
    const all = [["", words.nobody_listed], ...ways, ...rows, ['{"row":null}', filled(words.list_else, { count: told.nothing })]];
    const before = this.whom.value;
    this.whom.replaceChildren(...all.map(([value, text]) => element("option", { value, selected: value === before }, text)));
    this.whom.disabled = false;
    this.#listed(this.page);
  }

  #ways(told) {
    const { words } = this;
    const rows = told.ways.map((way) => element("tr", {}, element("td", {}, this.#name(way.from)), element("td", {}, "\u2192 ", this.#name(way.to)), element("td", { class: "sheet-count" }, element("button", { type: "button", class: "sheet-repair", "aria-label": filled(words.show_list, { from: this.#name(way.from), to: this.#name(way.to), count: way.people }), onclick: () => this.show({ from: way.from, to: way.to }) }, String(way.people))), element("td", { class: "sheet-sample" }, ...way.sample.slice(0, 3).flatMap((one) => [this.#visitor(one), " "]))));
    const head = ["sees_now", "would", "people", "some"].map((name) => element("th", { scope: "col" }, words[name]));
    const more = told.more_ways ? element("p", { class: "desk-quiet" }, filled(words.more_ways, { count: told.more_ways })) : "";
    return element("div", { class: "desk-scroll", tabindex: "0", role: "region", "aria-label": words.ways }, element("table", { class: "desk-table sheet-ways" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)), more);
  }

  #name(said) {
    if (!said) return this.words.nothing;
    if (said.startsWith(TRIED)) return filled(this.words.experiment_named, { name: said.slice(TRIED.length) });
    return said.split(", ").map((one) => this.told.vocabulary.variants[one] ?? one).join(", ");
  }

  #visitor(profile) {
    return element("a", { href: `${this.told.explain}&profile=${profile}`, title: profile, target: "_blank", rel: "noopener" }, profile.slice(0, 8));
  }

  /** Show a list: of a row, of nobody's row, or of a way to change. */
  show(which) {
    this.whom.value = JSON.stringify(which);
    this.#listed(1);
    this.list.scrollIntoView({ block: "nearest" });
  }

  async #listed(page) {
    this.page = page;
    if (!this.whom.value) return this.list.replaceChildren();
    const { words, asked } = this;
    const which = JSON.parse(this.whom.value);
    const told = await this.counting.ask("crossing_list", { sheet: asked, which, page, stamp: this.answer?.stamp ?? "" });
    if (!told || this.asked !== asked) return;
    if (told.error) return this.list.replaceChildren(element("p", {}, filled(words.not_counted, { reason: told.error.message ?? "" })));
    const turn = (to, word) => element("button", { type: "button", class: "sheet-repair", disabled: to < 1 || to > told.pages, onclick: () => this.#listed(to) }, words[word]);
    this.list.replaceChildren(
      element("p", {}, filled(words.listed, { count: told.count, page: told.page, pages: told.pages })),
      element("ul", { class: "sheet-profiles" }, ...told.list.map((profile) => element("li", {}, this.#visitor(profile)))),
      told.pages > 1 ? element("p", { class: "sheet-choices" }, turn(told.page - 1, "earlier"), turn(told.page + 1, "later")) : "",
    );
  }

  #say(sentence) {
    this.place.classList.remove("sheet-stale");
    this.place.replaceChildren(element("p", {}, sentence));
  }
}
