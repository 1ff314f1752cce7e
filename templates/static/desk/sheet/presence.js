/** Who else has this draft open, told every few seconds while the page is looked at. */

import { element, filled } from "./dom.js";

const EVERY = 10_000;

export class Presence {
  #timer = 0;

  /** ``now`` tells {row, unsaved, base}; ``shown`` hears who else is there. */
  constructor(told, asking, page, now, shown) {
    this.words = told.words;
    this.asking = asking;
    this.page = page;
    this.now = now;
    this.shown = shown;
    this.place = document.getElementById("sheet-others");
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(this.#timer) : this.say()));
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.say());
    this.say();
  }

  async say() {
    clearTimeout(this.#timer);
    const { row, unsaved, base } = this.now();
    const told = await this.asking.ask("here", { page_id: this.page, row, unsaved });
    if (told?.others) this.#show(told, base);
    if (told && !document.hidden) this.#timer = setTimeout(() => this.say(), EVERY);
  }

  #show({ others, newest }, base) {
    const { words } = this;
    const names = [...new Set(others.map((one) => filled(one.unsaved ? words.other_unsaved : words.other, { who: one.who })))];
    const newer = newest && newest.number > base ? filled(words.saved_meanwhile, { number: newest.number, who: newest.by }) : "";
    const said = [names.length ? filled(words.others, { names: names.join(", ") }) : "", newer].filter(Boolean).join(" ");
    if (this.place.textContent !== said) this.place.replaceChildren(...(said ? [element("span", { class: "desk-tag desk-draft" }, said)] : []));
    this.shown(others.filter((one) => one.row));
  }

  #leave() {
    const body = JSON.stringify({ page_id: this.page, closing: true });
    fetch(this.asking.urls.here, { method: "POST", keepalive: true, headers: { "Content-Type": "application/json", "X-CSRFToken": this.asking.token }, body }).catch(() => {});
  }
}
