/** Questions to the server: the newest one counts, an older answer is thrown away. */

export class Asking {
  #running = new Map();

  constructor(urls, words = {}) {
    this.urls = urls;
    this.words = words;
  }

  /** The token as it is now: signing in again in another tab makes a new one. */
  get token() {
    return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  /**
   * Ask by name; resolves to the answer, {error} with what was refused, or null where overtaken.
   * In a ``lane`` of its own a question overtakes only those of that lane.
   */
  async ask(name, body, lane = name, headers = {}) {
    this.#running.get(lane)?.abort();
    const control = new AbortController();
    this.#running.set(lane, control);
    try {
      const answer = await fetch(this.urls[name], { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, ...headers }, body: JSON.stringify(body), signal: control.signal });
      const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
      if (answer.status === 409) return { error: { message: `${answer.status}`, ...json } };
      if (answer.ok && json) return json;
      return { error: json?.error ?? { message: this.#refused(answer) } };
    } catch (fault) {
      return fault.name === "AbortError" ? null : { error: { away: true, message: String(fault.message) } };
    }
  }

  /** What an answer means that says nothing itself: the sign-in page, a role or a thing that is gone. */
  #refused(answer) {
    const { words } = this;
    if (answer.redirected) return words.signed_out ?? `${answer.status}`;
    return { 403: words.forbidden, 404: words.gone, 410: words.gone }[answer.status] ?? `${answer.status}`;
  }
}

/** Return a function that runs the last call once nothing was asked for so many milliseconds. */
export function calm(run, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...given), wait);
  };
}
