/** Drafts: saved on top of what others wrote, asked where both changed the same, kept until they are saved. */

import { conflicts } from "./conflicts.js";
import { filled } from "./dom.js";
import { Working } from "./working.js";

const byId = (id) => document.getElementById(id);

export class Saving {
  /** ``page`` has its id, history, change, drawn and saved. */
  constructor(told, asking, page) {
    Object.assign(this, { told, asking, page });
    this.words = told.words;
    this.base = told.base;
    this.revision = told.revision;
    this.clean = told.sheet;
    const now = () => (this.unsaved ? { base: this.base, content: page.history.present } : null);
    const kept = (when) => this.say(filled(this.words.kept, { when: new Date(when).toLocaleTimeString(undefined, { timeZoneName: "short" }) }));
    this.working = new Working(told, asking, page.id, now, kept);
    addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
  }

  get unsaved() {
    return this.page.history.present !== this.clean;
  }

  say(text) {
    byId("sheet-state").textContent = text;
  }

  /** Hear that the sheet is another: keep it until it is saved. */
  changed() {
    this.say(this.unsaved ? this.words.unsaved : "");
    this.working.changed();
  }

  async save() {
    const { words, page } = this;
    if (!this.told.may.editor) return;
    const sheet = page.history.present;
    const stamp = this.working.stamp;
    this.say(words.saving);
    const done = await this.asking.ask("save", { sheet, base: this.base, note: byId("sheet-note").value, ...stamp });
    if (!done) return;
    if (done.error) return this.say(filled(done.error.away ? words.not_reached : words.not_saved, { reason: `${done.error.at ?? ""} ${done.error.message}` }));
    if (done.conflicts.length) return this.#settle(done, sheet);
    const still = page.history.present === sheet;
    if (still || !done.merged) this.base = done.base;
    this.revision = done.revision;
    this.number = done.base;
    this.working.saved(stamp.step);
    if (still) {
      page.history.go(done.sheet);
      this.clean = done.sheet;
      byId("sheet-note").value = "";
      page.drawn();
    }
    this.say(filled(done.merged ? words.merged : words.saved, { number: done.base }));
    this.#publishing();
    page.saved(sheet);
  }

  /** Ask whose stands; where somebody went on writing meanwhile, what they wrote is asked about anew. */
  #settle(done, sheet) {
    this.say(this.words.conflicts);
    const asked = conflicts(done, this.words, (settled) => {
      byId("sheet-asked").replaceChildren();
      if (this.page.history.present === sheet) {
        this.base = done.base;
        this.page.change(settled);
      }
      this.save();
    });
    byId("sheet-asked").replaceChildren(asked);
    asked.querySelector("input").focus();
  }

  #publishing() {
    if (!this.told.may.publisher || !this.revision) return;
    const card = byId("sheet-publish");
    card.hidden = false;
    card.querySelector("form").action = this.told.publish.replace("/0/", `/${this.revision}/`);
    card.querySelector("button").textContent = filled(this.words.publish, { number: this.number ?? this.base });
  }

  /** Offer what was kept of earlier pages and nobody saved. */
  restore() {
    this.working.offer(byId("sheet-asked"), ({ base, content }) => {
      this.base = base;
      this.page.change(content);
    });
  }
}
