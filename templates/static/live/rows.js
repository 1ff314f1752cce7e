// Every kind of row says what it is, in words and values; and how they stand in the list.
export const KEPT = 500;
const holder = globalThis.document?.getElementById("live-words");
const words = holder ? JSON.parse(holder.textContent) : {};

// Why a slot shows what it shows.
export const reason = (code) => words[`reason_${code}`] ?? code;

// One of the words, with its gaps filled.
export const say = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, gap) => values[gap] ?? "");

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const short = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};
const list = (values) => Object.entries(values ?? {}).map(([name, value]) => `${name}: ${short(value)}`);
const day = (us) => new Date(us / 1000).toISOString().slice(0, 10);
export const clock = (us, now) => (day(us) === day(now) ? "" : `${day(us)} `) + new Date(us / 1000).toISOString().slice(11, 23);

const rows = {
  event: (row) => ({ key: `event ${row.id}`, at: row.at, title: row.name, notes: list(row.seen), mark: row.marks }),
  move: (row, now) => ({ key: `move ${row.id}`, at: row.recorded, way: row.entered ? "in" : "out",
    title: say(row.entered ? "entered" : "left", row),
    notes: [say("because", { cause: ["event", "timer", "late"].includes(row.cause) ? say(`cause_${row.cause}`) : row.cause }),
      ...(row.recorded - row.at > 2e6 ? [say("effective", { when: clock(row.at, now) })] : []), ...list(row.values)] }),
  decision: (row) => ({ key: `decision ${row.pk}`, at: row.at,
    title: say("shows", { slot: row.slot, variant: row.variant ?? say("nothing") }),
    notes: [row.row ? say("row", row) : say("no_row"), reason(row.reason), ...list(row.values)] }),
  push: (row) => ({ key: `push ${row.at} ${row.slot ?? ""}`, at: row.at, title: row.title, notes: row.notes }),
};

// A list of at most so many rows, each once, the newest first.
export class Timeline {
  constructor(list, follow) {
    this.list = list;
    this.follow = follow;
    this.known = new Map();
  }

  clear() {
    this.known.clear();
    this.list.replaceChildren();
  }

  has(kind, row) { return this.known.has(rows[kind](row, 0).key); }

  put(kind, row, now, fresh) {
    const told = rows[kind](row, now);
    if (this.known.has(told.key)) return;
    const item = this.drawn(kind, told, now, row.who);
    if (fresh) item.classList.add("fresh");
    this.known.set(told.key, item);
    const after = [...this.list.children].find((other) => Number(other.dataset.at) <= told.at);
    this.list.insertBefore(item, after ?? null);
    while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
    while (this.known.size > 4 * KEPT) this.known.delete(this.known.keys().next().value);
  }

  drawn(kind, told, now, who) {
    const item = element("li", undefined, kind);
    item.dataset.at = told.at;
    if (told.way) item.dataset.way = told.way;
    const head = element("p", undefined, "head");
    head.append(element("time", clock(told.at, now)), element("span", say(kind), "kind"), element("b", told.title));
    if (told.mark) head.append(element("span", told.mark, "kind"));
    if (who && this.follow) head.append(this.follow(who));
    item.append(head);
    if (told.notes.length) {
      const notes = element("ul", undefined, "notes");
      notes.append(...told.notes.map((note) => element("li", note)));
      item.append(notes);
    }
    return item;
  }
}
