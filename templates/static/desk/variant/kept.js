/** A text that was not saved: kept in this browser for each page, offered to the next one. */

import { calm } from "../sheet/asking.js";
import { Draft } from "../sheet/draft.js";
import { element, filled } from "../sheet/dom.js";
import { named } from "../sheet/names.js";

const PAUSE = 200;
const SENT = "variant-sent";

export class Kept {
  /** ``refused``: the page answers a save that was not taken, so that what it shows is unsaved. */
  constructor({ key, seen, words }, box, refused) {
    Object.assign(this, { seen, words, box, saved: refused ? null : box.value });
    this.draft = new Draft(`variant ${key}`, named());
    this.soon = calm(() => this.#keep(), PAUSE);
    addEventListener("pagehide", () => this.#keep());
    if (refused) this.#keep();
  }

  get unsaved() {
    return this.box.value !== this.saved;
  }

  /** Hear that the text is on its way to the server, and is saved if the next page has a newer one. */
  sent() {
    this.#keep();
    sessionStorage.setItem(SENT, this.draft.page);
  }

  forget() {
    this.saved = this.box.value;
    this.draft.forget();
  }

  /** Draw what earlier pages left; ``take`` gets the text that somebody wants back. */
  offer(place, take) {
    const sent = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    for (const one of this.draft.all()) {
      if (one.page === this.draft.page) continue;
      const saved = one.page === sent && this.seen > one.base;
      if (saved || one.sheet.said === this.box.value) this.draft.forget(one.page);
      else place.append(this.#line(one, take));
    }
  }

  #line({ page, sheet, when }, take) {
    const { restore, forget, kept } = this.words;
    const line = element("p", {}, filled(kept, { when: new Date(when).toLocaleString(document.documentElement.lang, { timeZoneName: "short" }) }), " ");
    const button = (name, more, act) => element("button", { type: "button", class: `desk-button ${more}`, onclick: () => { line.remove(); act(); this.draft.forget(page); } }, name);
    line.append(button(restore, "", () => this.#take(sheet.said, take)), " ", button(forget, "sheet-quiet", () => this.box.focus()));
    return line;
  }

  #take(said, take) {
    take(said);
    this.#keep();
  }

  #keep() {
    if (this.unsaved) this.draft.keep(this.seen, { said: this.box.value });
    else this.draft.forget();
  }
}
