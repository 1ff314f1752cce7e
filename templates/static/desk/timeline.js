// Time travel on the page: the slider, its keys and buttons, and how everything stood at an instant.
const { told, words } = JSON.parse(globalThis.document?.getElementById("travel-told")?.textContent ?? "{}");
const PACE = 900;
const find = (id) => document.getElementById(id);

/** Fill the gaps of a sentence. */
const said = (name, gaps = {}) => words[name].replace(/\{(\w+)\}/g, (_, gap) => gaps[gap] ?? "");

/** Every step with all that its slots showed: the server tells only what changed. */
export const whole = (steps) => {
  let shown = {};
  return steps.map((step) => {
    shown = { ...shown, ...step.slots };
    return { ...step, time: Date.parse(step.at), slots: shown };
  });
};

/** The last step at or before an instant, or -1. */
export const placed = (steps, time) => {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle].time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** The segments somebody was in at an instant. */
export const inside = (segments, time) =>
  segments.filter(({ stays }) => stays.some((stay) => Date.parse(stay.from) <= time && (!stay.until || time < Date.parse(stay.until)))).map(({ segment }) => segment);

const text = (content) => {
  if (content === null || content === undefined) return "";
  return content.text ?? content.html ?? content.url ?? JSON.stringify(content, null, 1);
};

const element = (name, content, kind = "") => {
  const made = document.createElement(name);
  made.textContent = content;
  if (kind) made.className = kind;
  return made;
};

const begin = () => {
  const steps = whole(told.steps);
  const since = Date.parse(told.since);
  const until = Date.parse(told.until);
  const range = find("travel-range");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "long", timeZone: told.zone });
  let time = until;
  let timer = 0;

  const card = ([slot, shown]) => {
    const made = element("section", "", "travel-slot");
    made.append(element("h3", said("shows", { slot, variant: shown.variant ?? "-" })));
    made.append(element("span", shown.row ? said("row", { row: shown.row }) : said("fallback"), "desk-quiet"));
    made.append(element("pre", text(shown.content)));
    return made;
  };

  const show = (to, aloud = true) => {
    time = Math.min(Math.max(to, since), until);
    range.value = String(until > since ? Math.round(((time - since) / (until - since)) * 1000) : 1000);
    const when = clock.format(time);
    range.setAttribute("aria-valuetext", when);
    find("travel-when").textContent = when;
    const share = until > since ? ((time - since) / (until - since)) * 100 : 100;
    for (const line of document.querySelectorAll(".travel-now")) for (const end of ["x1", "x2"]) line.setAttribute(end, `${share}%`);
    const place = placed(steps, time);
    const step = steps[place];
    find("travel-step").textContent = said("step", { number: place + 1, all: steps.length });
    find("travel-happened").textContent = step ? step.happened.map(({ event }) => event).join(", ") || said("nothing") : said("nobody");
    const held = inside(told.segments, time);
    find("travel-segments").textContent = held.length ? said("in", { segments: held.join(", ") }) : said("none");
    find("travel-slots").replaceChildren(...Object.entries(step ? step.slots : {}).map(card));
    if (aloud) find("travel-said").textContent = `${when}. ${find("travel-segments").textContent}`;
  };

  const on = () => {
    const next = steps[placed(steps, time) + 1];
    if (next) show(next.time);
    return Boolean(next);
  };
  const back = () => {
    const place = placed(steps, time);
    const here = steps[place];
    const before = here && here.time < time ? here : steps[place - 1];
    show(before ? before.time : since);
  };
  const button = find("travel-tools").querySelector("[data-do=play]");
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = said("play");
  };
  const play = () => {
    if (timer) return pause();
    if (placed(steps, time) + 1 >= steps.length) show(since);
    button.textContent = said("pause");
    timer = setInterval(() => on() || pause(), PACE);
    return undefined;
  };
  const doing = { on, back, play };
  find("travel-tools").addEventListener("click", ({ target }) => doing[target.dataset.do]?.());
  range.addEventListener("input", () => {
    pause();
    show(since + (until - since) * (Number(range.value) / 1000), false);
  });
  range.addEventListener("keydown", (event) => {
    const step = { PageUp: on, PageDown: back }[event.key];
    if (!step) return;
    event.preventDefault();
    pause();
    step();
  });
  document.addEventListener("visibilitychange", () => document.hidden && timer && pause());
  find("travel-tools").hidden = false;
  find("travel-shown").hidden = false;
  show(until, false);
};

if (told) begin();
