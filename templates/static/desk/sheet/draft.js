/** What was not saved is kept in this browser until it is saved or forgotten. */

export class Draft {
  constructor(key) {
    this.key = `sheet:${key}`;
  }

  keep(base, sheet) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ base, sheet, when: new Date().toISOString() }));
    } catch {
      /* a full or forbidden storage costs only this net, never the page */
    }
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      /* as above */
    }
  }
}
