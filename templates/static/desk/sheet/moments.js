/** Instants and hours with their zone: wall times become instants, as the clocks there show them. */

import { element } from "./dom.js";
import { read as take } from "./celltext.js";
import { always } from "./values.js";

const ZONES = () => Intl.supportedValuesOf?.("timeZone") ?? ["UTC"];
const LENGTHS = ["1h", "24h", "7d", "30d", "90d", "365d"];
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Minutes a zone is ahead of UTC at an instant. */
function ahead(zone, instant) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(instant);
  const [year, month, day, hour, minute, second] = ["year", "month", "day", "hour", "minute", "second"].map((name) => Number(parts.find((part) => part.type === name).value));
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - instant) / 60000);
}

/** The instant of a wall time like 2026-12-01T08:00 in a zone, as ISO 8601; a skipped hour counts on. */
export function instantOf(wall, zone) {
  const said = Date.parse(`${wall.length === 16 ? `${wall}:00` : wall}Z`);
  if (Number.isNaN(said)) return "";
  const first = said - ahead(zone, said - 86_400_000) * 60000;
  const later = said - ahead(zone, first) * 60000;
  const found = ahead(zone, later) === ahead(zone, first) ? later : first;
  return new Date(found).toISOString().replace(".000Z", "Z");
}

/** The wall time of an instant in a zone, as a field for it takes it. */
export function wallOf(instant, zone) {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? "" : new Date(at + ahead(zone, at) * 60000).toISOString().slice(0, 16);
}

const zones = (chosen, more, label, onchange) => element("select", { "aria-label": label, onchange }, ...[...new Set([...more, chosen, ...ZONES()])].filter(Boolean).map((name) => element("option", { value: name, selected: name === chosen }, name)));

/** An attribute that is an instant: before or after a wall time in a zone, or so long ago. */
export function instant(heading, text, given) {
  const { words, set, reserved, zone } = given;
  const buttons = always(text, given);
  const ways = ["before", "after", "within_last", "older_than"];
  const way = element("select", { "aria-label": words.compared, onchange: () => put() }, ...ways.map((name) => element("option", { value: name }, words[name])));
  const wall = element("input", { type: "datetime-local", "aria-label": words.date, oninput: () => put() });
  const where = zones(zone, ["UTC"], words.zone, () => put());
  const length = element("input", { size: 6, "aria-label": words.length, list: "sheet-lengths", oninput: () => put(), value: "30d" });
  const lengths = element("datalist", { id: "sheet-lengths" }, ...LENGTHS.map((value) => element("option", { value })));
  const [when, long] = [element("span", { class: "sheet-with" }, wall, where), element("span", { class: "sheet-with" }, length, lengths)];

  function turn() {
    when.hidden = ways.indexOf(way.value) > 1;
    long.hidden = !when.hidden;
  }
  function put() {
    turn();
    const said = when.hidden ? length.value.trim() : wall.value && instantOf(wall.value, where.value);
    if (said) set(`${way.value} ${when.hidden ? said : JSON.stringify(said)}`);
  }
  function read(cell) {
    const told = take(cell, reserved);
    buttons.mark(cell);
    if (told.kind === "word" && ways.includes(told.word)) {
      way.value = told.word;
      const said = told.rest.replaceAll('"', "");
      if (ways.indexOf(told.word) > 1) length.value = said;
      else wall.value = wallOf(said, where.value);
    }
    turn();
  }
  read(text);
  return { parts: [buttons.node, element("div", { class: "sheet-with" }, way, when, long)], read, help: words.zone_help };
}

/** The clock: hours of the day, or days of the week, in a zone. */
export function clock(_, text, given) {
  const { words, set } = given;
  const told = text.match(/^(time_of_day|weekday)\s+(\{.*\})$/s);
  const said = told ? parsed(told[2]) : {};
  const [from, until] = ["from", "until"].map((name) => element("input", { type: "time", "aria-label": words[name], value: said[name] ?? "", oninput: () => hours() }));
  const where = zones(said.zone ?? "visitor", ["visitor", "site"], words.zone, () => (told?.[1] === "weekday" || [...boxes].some((box) => box.checked) ? days() : hours()));
  const name = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { weekday: "short", timeZone: "UTC" });
  const boxes = DAYS.map((day, i) => element("input", { type: "checkbox", value: day, checked: said.days?.includes(day), "aria-label": name.format(Date.UTC(2024, 0, i + 1)), onchange: () => days() }));
  function hours() {
    for (const box of boxes) box.checked = false;
    if (from.value && until.value) set(`time_of_day ${JSON.stringify({ from: from.value, until: until.value, zone: where.value })}`);
  }
  function days() {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    from.value = until.value = "";
    set(chosen.length ? `weekday ${JSON.stringify({ days: chosen, zone: where.value })}` : "");
  }
  const week = boxes.map((box, i) => element("label", { class: "sheet-value" }, box, element("span", {}, name.format(Date.UTC(2024, 0, i + 1)))));
  return { parts: [element("div", { class: "sheet-with" }, from, "\u2026", until), element("div", { class: "sheet-choices" }, ...week), element("div", { class: "sheet-with" }, where)], help: words.clock_help };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** From when until when a row is in force: a wall time, in the zone that stands beside it. */
export function wall(_, text, { words, set }) {
  const made = element("input", { type: "datetime-local", "aria-label": words.date, value: text.slice(0, 16), oninput: () => set(made.value) });
  const none = element("button", { type: "button", class: "sheet-choice", onclick: () => set("", true) }, words.no_end);
  return { parts: [element("div", { class: "sheet-with" }, made, none)], read: (now) => (made.value = now.slice(0, 16)), help: words.wall_help };
}

export function zone(_, text, given) {
  const made = zones(text || given.zone, [given.zone, "UTC"], given.words.zone, () => given.set(made.value));
  return { parts: [made], read: (now) => (made.value = now), help: given.words.zone_help };
}
