// Ctrl+K: every place and action of the menu, and things by name or id, without leaving the keyboard.
const dialog = document.getElementById("palette");
const opener = document.getElementById("palette-open");
const field = document.getElementById("palette-field");
const list = document.getElementById("palette-list");
const said = document.getElementById("palette-said");
const words = dialog?.dataset ?? {};
const PAUSE = 150;
const SHOWN = 40;
let places = null;
let things = { asked: "", items: [] };
let options = [];
let at = -1;
let asking = null;
let timer = 0;
let fault = "";

const folded = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLocaleLowerCase();

/** Returns how well a label answers every word that was typed: 0 not at all, the higher the better. */
function fit(label, asked) {
  const text = folded(label);
  let sum = 1;
  for (const word of asked) {
    const place = text.indexOf(word);
    if (place < 0) return 0;
    sum += place === 0 ? 4 : /[^\p{L}\p{N}]/u.test(text[place - 1]) ? 2 : 0;
  }
  return sum;
}

async function ask(query, signal) {
  const url = `${words.find}?${new URLSearchParams(query ? { q: query } : {})}`;
  const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return (await answer.json()).items;
}

/** What the header offers can be had from here as well. */
function pressed() {
  const found = [...document.querySelectorAll("[data-palette]:not([aria-current])")].map((button) => ({
    group: words.actions, label: button.dataset.palette, beside: "", press: button }));
  const theme = document.querySelector("#header .theme-toggle");
  if (theme) found.push({ group: words.actions, label: words.theme, beside: "", press: theme });
  const leave = document.querySelector("#logout-form button");
  if (leave) found.push({ group: words.actions, label: leave.textContent.trim(), beside: "", press: leave });
  return found;
}

function draw() {
  const typed = field.value.trim();
  const asked = folded(typed).split(/\s+/).filter(Boolean);
  const own = (places ?? []).map((one) => [fit(`${one.label} ${one.group}`, asked), one])
    .filter(([score]) => score > 0);
  if (asked.length) own.sort((a, b) => b[0] - a[0]);
  const groups = new Map();
  const found = [...(typed && things.asked === typed ? things.items : [])];
  for (const item of [...own.map(([, one]) => one).slice(0, typed ? 12 : SHOWN * 4), ...found]) {
    if (!groups.has(item.group)) groups.set(item.group, []);
    groups.get(item.group).push(item);
  }
  const kept = options[at]?.key;
  options = [];
  list.replaceChildren(...[...groups].map(group));
  said.textContent = fault || (asking ? words.busy : options.length ? words.count.replace("{count}", options.length) : words.none);
  choose(Math.max(0, options.findIndex((one) => one.key === kept)));
}

function group([name, items], index) {
  const box = document.createElement("div");
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", `palette-group-${index}`);
  const head = document.createElement("div");
  head.id = `palette-group-${index}`;
  head.className = "palette-head";
  head.setAttribute("role", "presentation");
  head.textContent = name;
  box.append(head, ...items.map(option));
  return box;
}

function option(item) {
  const row = document.createElement("div");
  row.id = `palette-option-${options.length}`;
  row.className = "palette-option";
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  const label = document.createElement("span");
  label.textContent = item.label;
  row.append(label);
  if (item.beside) {
    const beside = document.createElement("small");
    beside.textContent = item.beside;
    row.append(" ", beside);
  }
  const place = options.length;
  row.addEventListener("pointermove", () => at !== place && choose(place, false));
  row.addEventListener("click", (event) => go(place, event.ctrlKey || event.metaKey));
  options.push({ ...item, row, key: `${item.group} ${item.label} ${item.url ?? ""}` });
  return row;
}

function choose(place, scroll = true) {
  options[at]?.row.setAttribute("aria-selected", "false");
  at = options.length ? Math.min(place, options.length - 1) : -1;
  if (at < 0) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  options[at].row.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", options[at].row.id);
  if (scroll) options[at].row.scrollIntoView({ block: "nearest" });
}

function go(place, beside = false) {
  const item = options[place];
  if (!item) return;
  if (beside && item.url) {
    window.open(item.url, "_blank", "noopener");
    return;
  }
  dialog.close();
  if (item.press) item.press.click();
  else location.assign(item.url);
}

function typed() {
  clearTimeout(timer);
  asking?.abort();
  asking = null;
  fault = "";
  at = -1;
  const query = field.value.trim();
  if (query) {
    asking = new AbortController();
    timer = setTimeout(find, PAUSE, query, asking);
  }
  draw();
}

async function find(query, own) {
  try {
    things = { asked: query, items: await ask(query, own.signal) };
  } catch (reason) {
    if (reason.name === "AbortError") return;
    fault = words.away;
  }
  if (asking !== own) return;
  asking = null;
  draw();
}

async function open() {
  if (dialog.open) return;
  field.value = "";
  at = -1;
  fault = "";
  dialog.showModal();
  field.focus();
  draw();
  if (places) return;
  try {
    places = [...await ask("", undefined), ...pressed()];
  } catch {
    fault = words.away;
  }
  draw();
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

function pressedKey(event) {
  if (event.isComposing) return;
  if (event.key === "Enter") {
    event.preventDefault();
    go(at, event.ctrlKey || event.metaKey);
  } else if (event.key in STEPS && options.length) {
    event.preventDefault();
    const step = STEPS[event.key];
    const next = at + step;
    const round = Math.abs(step) === 1 ? (next + options.length) % options.length : Math.max(0, Math.min(next, options.length - 1));
    choose(round);
  }
}

if (dialog) {
  opener.hidden = false;
  if (/Mac|iP/.test(navigator.platform)) opener.querySelector("kbd").textContent = "⌘ K";
  opener.addEventListener("click", open);
  field.addEventListener("input", typed);
  dialog.addEventListener("keydown", pressedKey);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => { clearTimeout(timer); asking?.abort(); asking = null; });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
}
