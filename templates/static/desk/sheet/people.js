/** How many people a saved draft is about: a worker counts, the page asks until it is done. */

import { element, filled } from "./dom.js";

const WAIT = 1000;
const TRIES = 600;

export class People {
  constructor(told, asking, shown) {
    this.words = told.words;
    this.url = told.urls.people;
    this.asking = asking;
    this.shown = shown;
    this.place = document.getElementById("sheet-people");
    this.revision = 0;
  }

  /** Show the counts of this revision as soon as they are there; a newer one ends the waiting. */
  async of(revision, number) {
    this.revision = revision;
    for (let tried = 0; tried < TRIES && this.revision === revision; tried++) {
      this.asking.urls.people = this.url.replace(/\/0\/$/, `/${revision}/`) + (tried ? "" : "?ask");
      const told = await this.asking.ask("people", {});
      if (!told || this.revision !== revision) return;
      if (told.state === "done") return this.#done(told, number);
      if (told.error || told.state === "none") return this.#say(filled(this.words.not_counted, { reason: told.error?.message ?? told.error ?? "" }));
      this.#say(filled(this.words.counting, { number }));
      await new Promise((later) => setTimeout(later, WAIT));
    }
  }

  #done({ result, at }, number) {
    const rows = Object.fromEntries(Object.entries(result).filter(([key]) => key.startsWith("row ")).map(([key, count]) => [key.slice(4), count]));
    this.shown({ ...result, rows });
    const sentence = result.changed ? this.words.would_see : this.words.nobody_changes;
    this.#say(filled(sentence, { count: result.changed, people: result.people }), filled(this.words.counted, { number, when: new Date(at).toLocaleString(undefined, { timeZoneName: "short" }) }));
  }

  #say(...sentences) {
    this.place.replaceChildren(...sentences.map((sentence) => element("p", {}, sentence)));
  }
}
