/** What was not saved is kept in this browser too, for when the server cannot be reached; a place for each page. */

const MOST = 5;

export class Draft {
  /** ``key`` names the thing, ``page`` this page of it, so that two tabs keep apart. */
  constructor(key, page) {
    this.prefix = `sheet:${key}`;
    this.key = `${this.prefix}#${page}`;
    this.page = page;
  }

  keep(base, sheet, step) {
    this.#try(() => localStorage.setItem(this.key, JSON.stringify({ base, sheet, step, when: new Date().toISOString() })));
  }

  /** Everything that is kept of the thing, the newest first; what is beyond a few goes. */
  all() {
    const keys = this.#try(() => Object.keys(localStorage)) ?? [];
    const mine = keys.filter((key) => key === this.prefix || key.startsWith(`${this.prefix}#`));
    const found = mine.map((key) => ({ ...this.#try(() => JSON.parse(localStorage.getItem(key))), page: key.slice(this.prefix.length + 1) })).filter((one) => one.sheet);
    found.sort((a, b) => (a.when < b.when ? 1 : -1));
    for (const { page } of found.splice(MOST)) this.forget(page);
    return found;
  }

  forget(page = this.page) {
    this.#try(() => localStorage.removeItem(page ? `${this.prefix}#${page}` : this.prefix));
  }

  /** A full or forbidden storage costs only this net, never the page. */
  #try(run) {
    try {
      return run();
    } catch {
      return null;
    }
  }
}
