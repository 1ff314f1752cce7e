/** Questions about people: a process beside counts, the page asks until it has answered. */

import { named } from "../sheet/names.js";

const AGAIN = 50;
const PATIENCE = 120_000;

export class Counting {
  #number = 0;
  #newest = new Map();

  constructor(asking) {
    this.asking = asking;
    this.page = named();
  }

  /** Return the answer, {error}, or null where a newer question of the kind was asked meanwhile. */
  async ask(kind, more) {
    const number = ++this.#number;
    this.#newest.set(kind, number);
    const question = { kind, page_id: this.page, nonce: String(number), ...more };
    const until = performance.now() + PATIENCE;
    while (this.#newest.get(kind) === number) {
      const answer = await this.asking.ask("ask", question, kind);
      if (!answer || this.#newest.get(kind) !== number) return null;
      if (!answer.waiting) return answer;
      if (performance.now() > until) return { error: { late: true, message: "" } };
      await new Promise((later) => setTimeout(later, AGAIN));
    }
    return null;
  }
}
