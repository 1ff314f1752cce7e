// Follows one visitor: asks what happened, and listens to the very stream the visitor's page has.
const root = document.querySelector("[data-live]");
const one = (name) => root.querySelector(`[data-${name}]`);
const KEPT = 500;
const known = new Map();
let visitor = root?.dataset.visitor || localStorage.getItem("pz.anonymous") || "";
let paused = false;
let asking = null;
let again = false;
let stream = null;
let first = true;
let ahead = 0;

const now = () => Date.now() * 1000 + ahead;
const day = (us) => new Date(us / 1000).toISOString().slice(0, 10);
const clock = (us) => (day(us) === day(now()) ? "" : `${day(us)} `) + new Date(us / 1000).toISOString().slice(11, 23);
const number = (value) => new Intl.NumberFormat(document.documentElement.lang || "en").format(value ?? 0);
const seconds = (value) => (value === undefined ? "nothing" : `${value.toFixed(1)} s`);

function element(name, text, className) {
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

function away(us, now) {
  const left = Math.max(0, (us - now) / 1e6);
  const [size, word] = left > 86400 ? [86400, "d"] : left > 3600 ? [3600, "h"] : left > 60 ? [60, "min"] : [1, "s"];
  return `${(left / size).toFixed(left > 60 ? 1 : 0)} ${word}`;
}

// Every kind of row says what it is, in words and values.
const rows = {
  event: (row) => ({ key: `event ${row.id}`, at: row.at, title: row.name, notes: list(row.seen), mark: row.marks }),
  move: (row) => ({ key: `move ${row.id}`, at: row.recorded, way: row.entered ? "in" : "out",
    title: `${row.entered ? "entered" : "left"} ${row.segment}`,
    notes: [`because of ${{ event: "an event", timer: "time passing", late: "a late event" }[row.cause] ?? row.cause}`,
      ...(row.recorded - row.at > 2e6 ? [`effective ${clock(row.at)}`] : []), ...list(row.values)] }),
  decision: (row) => ({ key: `decision ${row.pk}`, at: row.at, title: `${row.slot} shows ${row.variant ?? "nothing"}`,
    notes: [row.row ? `row ${row.row} of revision ${row.revision}` : "no row: the fallback", row.reason, ...list(row.values)] }),
  push: (row) => ({ key: `push ${row.at} ${row.slot ?? ""}`, at: row.at, title: row.title, notes: row.notes }),
};

function put(kind, row) {
  const told = rows[kind](row);
  if (known.has(told.key)) return;
  const item = element("li", undefined, kind);
  item.dataset.at = told.at;
  if (told.way) item.dataset.way = told.way;
  if (!first) item.classList.add("fresh");
  const head = element("p", undefined, "head");
  head.append(element("time", clock(told.at)), element("span", kind, "kind"), element("b", told.title));
  if (told.mark) head.append(element("span", told.mark, "kind"));
  item.append(head);
  if (told.notes.length) {
    const notes = element("ul", undefined, "notes");
    notes.append(...told.notes.map((note) => element("li", note)));
    item.append(notes);
  }
  known.set(told.key, item);
  const timeline = one("timeline");
  const after = [...timeline.children].find((other) => Number(other.dataset.at) <= told.at);
  timeline.insertBefore(item, after ?? null);
  while (timeline.children.length > KEPT) timeline.lastElementChild.remove();
}

function segments(told) {
  one("segments").replaceChildren(...told.segments.map((segment) => {
    const chip = element("li", segment.name);
    chip.append(element("small", ` since ${clock(segment.since)}`));
    chip.dataset.segment = segment.slug;
    return chip;
  }));
  if (!told.segments.length) one("segments").append(element("li", told.known ? "no segment" : "nobody we know yet", "quiet"));
  one("derived").replaceChildren(...Object.entries(told.derived).sort().flatMap(([path, value]) =>
    [element("dt", path.replace("derived.", "")), element("dd", String(value))]));
  one("due").textContent = told.due ? `Something changes by itself in ${away(told.due, told.now)} at the latest.` : "";
}

function shown(told) {
  const latest = new Map();
  for (const row of told.decisions) if (!latest.has(row.slot)) latest.set(row.slot, row);
  one("shown").replaceChildren(...[...latest.values()].sort((a, b) => a.slot.localeCompare(b.slot)).flatMap((row) => {
    const value = element("dd", row.variant ?? "nothing");
    value.append(element("small", row.row ? ` ${row.row}` : " fallback"));
    value.dataset.slot = row.slot;
    return [element("dt", row.slot), value];
  }));
}

function show(told) {
  ahead = told.now - Date.now() * 1000;
  if (told.visitor !== visitor) start(told.visitor);
  listen(told.channel);
  one("following").textContent = told.visitor || "nobody yet";
  root.querySelectorAll("[data-wait]").forEach((field) => { field.textContent = seconds(told.waits[field.dataset.wait]); });
  root.querySelectorAll("[data-counter]").forEach((field) => { field.textContent = number(told.counters[field.dataset.counter]); });
  one("recent").replaceChildren(...told.recent.map((name) => new Option(name, name)));
  [...told.events].reverse().forEach((row) => put("event", row));
  [...told.moves].reverse().forEach((row) => put("move", row));
  [...told.decisions].reverse().forEach((row) => put("decision", row));
  segments(told);
  shown(told);
  first = false;
}

async function ask() {
  if (asking) { again = true; return; }
  asking = (async () => {
    const query = new URLSearchParams({ site: root.dataset.site, visitor });
    const answer = await fetch(`${root.dataset.feed}?${query}`);
    if (answer.redirected || answer.status === 403) location.reload();
    if (answer.ok && !paused) show(await answer.json());
  })().catch(() => { one("stream").textContent = "no server"; });
  await asking;
  asking = null;
  if (again) { again = false; ask(); }
}

function pushed(told, asked) {
  const at = now();
  const why = asked ? ["the answer to subscribing"] : [];
  if (told.type === "decisions") {
    told.decisions.forEach((decision) => put("push", { at, slot: decision.slot,
      title: `${decision.slot}: ${decision.variant ?? "nothing"}`, notes: [...why, `generation ${told.generation}`, decision.reason] }));
  } else if (told.type === "segments") {
    put("push", { at, title: `segments the page may know: ${told.segments.join(", ") || "none"}`, notes: [...why,
      ...(told.entered ?? []).map((name) => `entered ${name}`), ...(told.exited ?? []).map((name) => `left ${name}`)] });
  }
}

// The token in the newest answer opens the stream; it is short-lived, and so asked for with each.
function listen(channel) {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  if (!channel) { one("stream").textContent = "no key, asking each second"; return; }
  let opened = 0;
  stream = new EventSource(`/v1/stream?channel=${encodeURIComponent(channel)}`);
  stream.onopen = () => { opened = Date.now(); one("stream").textContent = "open"; };
  stream.onerror = () => { one("stream").textContent = "closed, trying again"; };
  for (const type of ["decisions", "segments", "reset"]) {
    stream.addEventListener(type, ({ data }) => {
      if (!paused) pushed(JSON.parse(data), Date.now() - opened < 500);
      ask();
    });
  }
}

function start(name) {
  visitor = name;
  first = true;
  known.clear();
  one("timeline").replaceChildren();
  stream?.close();
}

if (root) {
  const me = localStorage.getItem("pz.anonymous");
  one("me").hidden = !me;
  one("me").addEventListener("click", () => { one("who").elements.visitor.value = me; start(me); ask(); });
  one("pause").addEventListener("click", (event) => {
    paused = !paused;
    event.target.setAttribute("aria-pressed", paused);
    event.target.textContent = paused ? "Go on" : "Pause";
    if (!paused) ask();
  });
  one("who").addEventListener("submit", (event) => {
    event.preventDefault();
    if (one("who").elements.site && one("who").elements.site.value !== root.dataset.site) { one("who").submit(); return; }
    start(one("who").elements.visitor.value.trim());
    ask();
  });
  root.querySelectorAll(".kinds input").forEach((box) => box.addEventListener("change", () => {
    one("timeline").classList.toggle(`no-${box.value}`, !box.checked);
  }));
  ask();
  setInterval(ask, 1000);
}
