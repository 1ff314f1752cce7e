// One visitor: where they are now, what they are shown, and the very stream that their page has.
import { clock, element, reason, say } from "./rows.js";

function away(us, now) {
  const left = Math.max(0, (us - now) / 1e6);
  const [size, word] = left > 86400 ? [86400, "d"] : left > 3600 ? [3600, "h"] : left > 60 ? [60, "min"] : [1, "s"];
  return `${(left / size).toFixed(left > 60 ? 1 : 0)} ${word}`;
}

// Draw the segments somebody is in, what was concluded of them, and what each slot shows.
export function standing(one, told) {
  one("following").textContent = told.visitor || say("nobody");
  one("recent").replaceChildren(...told.recent.map((name) => new Option(name, name)));
  one("segments").replaceChildren(...told.segments.map((segment) => {
    const chip = element("li", segment.name);
    chip.append(element("small", ` ${say("since", { when: clock(segment.since, told.now) })}`));
    chip.dataset.segment = segment.slug;
    return chip;
  }));
  if (!told.segments.length) one("segments").append(element("li", say(told.known ? "no_segment" : "unknown"), "quiet"));
  one("derived").replaceChildren(...Object.entries(told.derived).sort().flatMap(([path, value]) =>
    [element("dt", path.replace("derived.", "")), element("dd", String(value))]));
  one("due").textContent = told.due ? say("due", { time: away(told.due, told.now) }) : "";
  const latest = new Map();
  for (const row of told.decisions) if (!latest.has(row.slot)) latest.set(row.slot, row);
  one("shown").replaceChildren(...[...latest.values()].sort((a, b) => a.slot.localeCompare(b.slot)).flatMap((row) => {
    const value = element("dd", row.variant ?? say("nothing"));
    value.append(element("small", row.row ? ` ${row.row}` : ` ${say("fallback")}`));
    value.dataset.slot = row.slot;
    return [element("dt", row.slot), value];
  }));
}

// The stream the visitor's page listens to, opened with the token of the newest answer.
export class Stream {
  constructor(told, heard) { Object.assign(this, { told, heard, source: null }); }

  open(channel) {
    if (this.source && this.source.readyState !== EventSource.CLOSED) return;
    if (!channel) { this.told(say("no_key")); return; }
    let opened = 0;
    this.source = new EventSource(`/v1/stream?channel=${encodeURIComponent(channel)}`);
    this.source.onopen = () => { opened = Date.now(); this.told(say("open")); };
    this.source.onerror = () => { this.told(say("closed")); };
    for (const type of ["decisions", "segments", "reset"]) {
      this.source.addEventListener(type, ({ data }) => this.heard(JSON.parse(data), Date.now() - opened < 500));
    }
  }

  close() {
    this.source?.close();
    this.source = null;
  }
}

// What was pushed, as rows of the list.
export function pushes(told, asked, at) {
  const why = asked ? [say("subscribed")] : [];
  if (told.type === "decisions") {
    return told.decisions.map((decision) => ({ at, slot: decision.slot, title: `${decision.slot}: ${decision.variant ?? say("nothing")}`,
      notes: [...why, say("generation", { number: told.generation }), reason(decision.reason)] }));
  }
  if (told.type !== "segments") return [];
  return [{ at, title: say("public", { segments: told.segments.join(", ") || say("none") }), notes: [...why,
    ...(told.entered ?? []).map((segment) => say("entered", { segment })), ...(told.exited ?? []).map((segment) => say("left", { segment }))] }];
}
