// What happens now: asks each second, listens where one visitor is followed, rests in the background.
import { Stream, pushes, standing } from "./person.js";
import { Timeline, element, say } from "./rows.js";

const EVERY = 1000;
const KINDS = ["event", "move", "decision"];
const root = document.querySelector("[data-live]");
const one = (name) => root.querySelector(`[data-${name}]`);
const all = root?.dataset.mode === "all";
const number = (value) => new Intl.NumberFormat(document.documentElement.lang || "en").format(value ?? 0);
const seconds = (value) => (value === undefined ? say("empty") : `${value.toFixed(1)} s`);
let visitor = root?.dataset.visitor || (all ? "" : localStorage.getItem("pz.anonymous")) || "";
let [paused, asking, again, first, ahead, resumed] = [false, null, false, true, 0, false];
let after = null;
let wish = {};
let timeline = null;
let stream = null;

const now = () => Date.now() * 1000 + ahead;

function heard(told, asked) {
  if (!paused) pushes(told, asked, now()).forEach((row) => timeline.put("push", row, now(), !first));
  ask();
}

function follow(who) {
  const link = element("a", who.slice(0, 8), "quiet");
  link.href = `${root.dataset.page}?${new URLSearchParams({ site: root.dataset.site, visitor: who })}`;
  link.setAttribute("aria-label", say("follow", { who: who.slice(0, 8) }));
  return link;
}

// Say what is not shown: what was too fast, and what happened while nobody looked.
function missing(told) {
  const left = Object.entries(told.missed ?? {}).filter(([, missed]) => missed > 0);
  const lines = left.map(([kind, missed]) => say(resumed ? "gap" : "sampled", { missed: number(missed), kind: say(`${kind}s`) }));
  if (resumed && !lines.length) lines.push(say("no_gap"));
  if (lines.length || resumed) one("said").textContent = lines.join(" ");
  resumed = false;
}

function everybody(told) {
  missing(told);
  after = KINDS.map((kind) => told.after[kind]).join(".");
  KINDS.forEach((kind) => [...told.rows[kind]].reverse().forEach((row) => timeline.put(kind, row, told.now, !first)));
}

function person(told) {
  if (told.visitor !== visitor) start(told.visitor);
  stream.open(told.channel);
  const lists = { event: told.events, move: told.moves, decision: told.decisions };
  if (resumed) {
    const gaps = KINDS.some((kind) => lists[kind].length >= 60 && !lists[kind].some((row) => timeline.has(kind, row)));
    one("said").textContent = say(gaps ? "some_gap" : "no_gap");
    resumed = false;
  }
  KINDS.forEach((kind) => [...lists[kind]].reverse().forEach((row) => timeline.put(kind, row, told.now, !first)));
  standing(one, told);
}

function show(told) {
  ahead = told.now - Date.now() * 1000;
  root.querySelectorAll("[data-wait]").forEach((field) => { field.textContent = seconds(told.waits[field.dataset.wait]); });
  root.querySelectorAll("[data-counter]").forEach((field) => { field.textContent = number(told.counters[field.dataset.counter]); });
  if (all) everybody(told); else person(told);
  first = false;
}

async function ask() {
  if (document.hidden) return;
  if (asking) { again = true; return; }
  asking = (async () => {
    const asked = { site: root.dataset.site, ...(all ? { ...wish, ...(after ? { after } : {}) } : { visitor }) };
    const answer = await fetch(`${root.dataset.feed}?${new URLSearchParams(asked)}`);
    if (answer.redirected || answer.status === 403) location.reload();
    if (answer.ok && !paused) show(await answer.json());
    if (all) one("stream").textContent = say("no_key");
  })().catch(() => { one("stream").textContent = say("no_server"); });
  await asking;
  asking = null;
  if (again) { again = false; ask(); }
}

function start(name) {
  visitor = name;
  first = true;
  after = null;
  timeline.clear();
  stream.close();
}

// In the background nothing is asked and nothing is heard; back again, what was missed is said.
function turned() {
  if (document.hidden) {
    stream.close();
    one("stream").textContent = say("away");
  } else {
    resumed = !first && !paused;
    ask();
  }
}

function asked(event) {
  const form = one("who").elements;
  if (form.site && form.site.value !== root.dataset.site) return;
  event.preventDefault();
  if (all) wish = Object.fromEntries(["event", "segment", "slot"].map((name) => [name, form[name].value.trim()]).filter(([, value]) => value));
  start(all ? "" : form.visitor.value.trim());
  ask();
}

function begin() {
  timeline = new Timeline(one("timeline"), all ? follow : null);
  stream = new Stream((words) => { if (!document.hidden) one("stream").textContent = words; }, heard);
  const me = localStorage.getItem("pz.anonymous");
  if (one("me")) {
    one("me").hidden = !me;
    one("me").addEventListener("click", () => { one("who").elements.visitor.value = me; start(me); ask(); });
  }
  one("pause").addEventListener("click", (event) => {
    paused = !paused;
    event.target.setAttribute("aria-pressed", paused);
    event.target.textContent = say(paused ? "go_on" : "pause");
    if (!paused) { resumed = !first; ask(); }
  });
  one("who").addEventListener("submit", asked);
  root.querySelectorAll(".kinds input").forEach((box) => box.addEventListener("change", () => {
    one("timeline").classList.toggle(`no-${box.value}`, !box.checked);
  }));
  document.addEventListener("visibilitychange", turned);
  ask();
  setInterval(ask, EVERY);
}

if (root) begin();
