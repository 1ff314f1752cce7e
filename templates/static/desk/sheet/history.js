/** What was, what is, and what was taken back. */

const MOST = 500;

export class History {
  #past = [];
  #future = [];

  constructor(present) {
    this.present = present;
  }

  /** Make this the present; the same thing again is no step. */
  go(next) {
    if (next === this.present) return false;
    this.#past.push(this.present);
    if (this.#past.length > MOST) this.#past.shift();
    this.#future = [];
    this.present = next;
    return true;
  }

  undo() {
    return this.#step(this.#past, this.#future);
  }

  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    if (!from.length) return false;
    to.push(this.present);
    this.present = from.pop();
    return true;
  }
}
