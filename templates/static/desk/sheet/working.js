/** Unsaved work: kept by the server a moment after each change, in this browser at once, offered when the page opens. */

import { element, filled } from "./dom.js";
import { Draft } from "./draft.js";

const PAUSE = 1_000;
const LONGEST = 5_000;
const AGAIN = 15_000;
const KEEPALIVE = 60_000;

export class Working {
  #timer = null;
  #late = 0;
  #step = 0;
  #sent = 0;
  #held = false;

  /** ``now`` tells {base, content}, or null where nothing is unsaved; ``kept`` hears when the server has it. */
  constructor(told, asking, page, now, kept = () => {}) {
    Object.assign(this, { told: told.working, may: told.may.editor, words: told.words, asking, page, now, kept });
    this.draft = new Draft(location.pathname, page);
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.#timer && this.keep());
  }

  /** What a save tells the server, so that it forgets this page's work with it. */
  get stamp() {
    return { page_id: this.page, step: this.#step };
  }

  /** Hear that something changed: keep it, or forget it where nothing is unsaved any more. */
  changed() {
    if (!this.may) return;
    const now = this.now();
    if (!now) return this.#forget();
    this.#step += 1;
    this.draft.keep(now.base, now.content, this.#step);
    this.#late ||= performance.now() + LONGEST;
    this.#soon(Math.max(0, Math.min(PAUSE, this.#late - performance.now())));
  }

  /** Keep what there is on the server; where it cannot be reached, try again by and by. */
  async keep() {
    this.#soon(null);
    this.#late = 0;
    const now = this.now();
    if (!now || this.#sent === this.#step) return true;
    const step = this.#step;
    this.#held = true;
    const done = await this.asking.ask("keep", this.#said(now, step));
    if (done?.error?.away) this.#timer ??= setTimeout(() => this.keep(), AGAIN);
    if (!done || done.error) return false;
    this.#sent = Math.max(this.#sent, step);
    if (this.#step === step && this.now()) this.kept(done.when);
    return true;
  }

  /** Hear that the work was saved, up to what ``stamp`` said: nothing of it is kept any more. */
  saved(step) {
    this.#sent = Math.max(this.#sent, step);
    if (this.#step !== step) return;
    this.#soon(null);
    this.#held = false;
    this.draft.forget();
  }

  /** Draw what is kept of earlier pages; ``take`` gets {base, content} of what somebody wants back. */
  offer(place, take) {
    if (!this.may) return;
    const lines = this.#offers().map((one) => this.#line(one, take));
    if (lines.length) place.replaceChildren(...lines);
  }

  /** Each page's work once: what the server has, or this browser where it knows a later step. */
  #offers() {
    const found = new Map(this.told.copies.map((one) => [one.page, one]));
    for (const one of this.draft.all()) {
      const step = one.step ?? 0;
      if (one.page === this.page) continue;
      if (one.page in this.told.settled && this.told.settled[one.page] >= step) this.draft.forget(one.page);
      else if (!found.has(one.page) || found.get(one.page).step < step) found.set(one.page, { ...one, step });
    }
    return [...found.values()].sort((a, b) => (a.when < b.when ? 1 : -1));
  }

  #line(one, take) {
    const { words } = this;
    const when = new Date(one.when).toLocaleString(undefined, { timeZoneName: "short" });
    const wrong = element("span", { role: "status" });
    const line = element("p", { class: "desk-card" }, filled(words.restore, { when }), " ", wrong, " ");
    const button = (name, act, more = "") => element("button", { type: "button", class: `desk-button ${more}`, onclick: act }, words[name]);
    line.append(button("restore_yes", () => this.#back(one, take, line, wrong)), " ", button("restore_no", () => this.#drop(one, line), "sheet-quiet"));
    return line;
  }

  async #back(one, take, line, wrong) {
    const { words } = this;
    const found = one.sheet ? { base: one.base, content: one.sheet } : await this.asking.ask("kept", { page_id: one.page }, `kept ${one.page}`);
    if (!found || found.error) {
      wrong.textContent = found?.error?.away ? words.not_reached : (found?.error?.message ?? "");
      return;
    }
    line.remove();
    take(found);
    if (await this.keep()) this.#drop(one, line);
  }

  #drop(one, line) {
    line.remove();
    this.draft.forget(one.page);
    this.asking.ask("drop", { page_id: one.page, step: one.step }, `drop ${one.page}`);
  }

  #forget() {
    this.#soon(null);
    this.#late = 0;
    this.draft.forget();
    if (!this.#held) return;
    this.#step += 1;
    this.#sent = this.#step;
    this.#held = false;
    this.asking.ask("drop", this.stamp, "keep");
  }

  /** On the way out there is time for one small request; what is larger this browser has. */
  #leave() {
    const now = this.now();
    if (!now || !this.may || this.#sent === this.#step) return;
    const body = JSON.stringify(this.#said(now, this.#step));
    if (body.length > KEEPALIVE) return;
    fetch(this.asking.urls.keep, { method: "POST", keepalive: true, headers: { "Content-Type": "application/json", "X-CSRFToken": this.asking.token }, body }).catch(() => {});
  }

  #said({ base, content }, step) {
    return { page_id: this.page, step, base, content };
  }

  #soon(wait) {
    clearTimeout(this.#timer);
    this.#timer = wait === null ? null : setTimeout(() => this.keep(), wait);
  }
}
