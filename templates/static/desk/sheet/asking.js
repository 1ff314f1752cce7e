/** Questions to the server: the newest one counts, an older answer is thrown away. */

export class Asking {
  #running = new Map();

  constructor(urls) {
    this.urls = urls;
    this.token = document.querySelector("[name=csrfmiddlewaretoken]").value;
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
      return answer.ok ? json : { error: json?.error ?? { message: `${answer.status}` } };
    } catch (fault) {
      return fault.name === "AbortError" ? null : { error: { away: true, message: String(fault.message) } };
    }
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
