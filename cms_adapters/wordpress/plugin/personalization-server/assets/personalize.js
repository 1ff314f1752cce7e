// The page's side of the server: tracks, asks once, listens, and never breaks the page.
//
//   <style>[data-pz-pending]{visibility:hidden;animation:pz-show 0s 2s forwards}
//          @keyframes pz-show{to{visibility:visible}}</style>
//   <div data-personalize-slot="home.hero" data-pz-pending>What everybody may see</div>
//   <script type="module" src="https://server/sdk.js" data-personalize-key="pk_..."></script>
//
// The author's children are the fallback: with the server dead or the script blocked the style
// alone shows them after two seconds. `window.pz = window.pz || []; pz.push(["track", name, {}])`
// works before and after this file has loaded.

const tag = document.querySelector("script[data-personalize-key]");
const settings = { key: "", host: new URL(import.meta.url).origin, consent: "", token: "" };
for (const name of Object.keys(settings)) {
  settings[name] = tag?.getAttribute(`data-personalize-${name}`) || settings[name];
}

const SLOT = "data-personalize-slot";
const PENDING = "data-pz-pending";
const REFUSED = [4400, 4401, 4403];
const fallbacks = new WeakMap();
const shown = new WeakMap();
const later = new Map();
let cursor = null;
let socket = null;
let attempts = 0;
let sending = false;
let flushing = 0;
let heard = true;

const memory = new Map();
const store = {
  get: (name) => { try { return localStorage.getItem(name); } catch { return memory.get(name) ?? null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { memory.set(name, value); } },
  drop: (name) => { try { localStorage.removeItem(name); } catch { memory.delete(name); } },
};
const quietly = (act) => (...given) => {
  try { return act(...given); } catch (error) { console.debug("personalize:", error); return undefined; }
};
const jitter = (limit, tries) => Math.min(limit, 500 * 2 ** tries) * (0.5 + Math.random() / 2);

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const allowed = () => !navigator.globalPrivacyControl && settings.consent !== "denied"
  && store.get("pz.consent") !== "denied";

function anonymousId() {
  if (!store.get("pz.anonymous")) store.set("pz.anonymous", uuid());
  return store.get("pz.anonymous");
}

function context() {
  const query = new URLSearchParams(location.search);
  const campaign = {};
  for (const [name, value] of query) if (name.startsWith("utm_")) campaign[name.slice(4)] = value;
  return {
    page: { path: location.pathname, url: location.href, title: document.title, referrer: document.referrer },
    campaign,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height },
  };
}

// What waits to be sent is kept in storage, so a dead server or a closed tab loses nothing.
const waiting = () => { try { return JSON.parse(store.get("pz.queue")) ?? []; } catch { return []; } };
const keep = (events) => store.set("pz.queue", JSON.stringify(events.slice(-500)));
const forget = (sent) => {
  const ids = new Set(sent.map((event) => event.messageId));
  keep(waiting().filter((event) => !ids.has(event.messageId)));
};

function message(type, fields) {
  return { type, messageId: uuid(), anonymousId: anonymousId(), timestamp: new Date().toISOString(),
    context: context(), ...(store.get("pz.user") && { userId: store.get("pz.user") }), ...fields };
}

function enqueue(type, fields) {
  if (!allowed()) return;
  keep([...waiting(), message(type, fields)]);
  if (!flushing) flushing = setTimeout(flush, 50);
}

function parcel() {
  const events = waiting().slice(0, 100);
  let body = "";
  do {
    body = JSON.stringify({ writeKey: settings.key, sentAt: new Date().toISOString(), batch: events });
  } while (body.length > 60_000 && events.length > 1 && (events.length >>= 1));
  return { events, body };
}

async function flush(tries = 0) {
  flushing = 0;
  if (sending || !waiting().length) return;
  sending = true;
  const { events, body } = parcel();
  let wait = 0;
  try {
    const answer = await fetch(`${settings.host}/v1/b`,
      { method: "POST", body, keepalive: true, headers: { "Content-Type": "text/plain" } });
    heard = answer.status !== 429 && answer.status < 500;
    if (!heard) {
      wait = Math.max(1000 * Number(answer.headers.get("Retry-After")) || 0, jitter(60_000, tries));
    } else forget(events);
  } catch { heard = false; wait = jitter(60_000, tries); }
  sending = false;
  if (waiting().length) flushing = setTimeout(flush, wait, wait ? tries + 1 : 0);
}

function leave() {
  for (const [element, decision] of later) show(element, decision);
  later.clear();
  if (!waiting().length) return;
  const { events, body } = parcel();
  // A beacon is never answered: what a silent server may have missed is kept and sent again.
  if (navigator.sendBeacon(`${settings.host}/v1/b`, new Blob([body], { type: "text/plain" })) && heard) forget(events);
}

const slots = () => [...document.querySelectorAll(`[${SLOT}]`)];
const names = () => [...new Set(slots().map((element) => element.getAttribute(SLOT)))];
const reveal = () => slots().forEach((element) => element.removeAttribute(PENDING));

async function decide(first = true) {
  if (!names().length) return;
  if (!allowed()) { reveal(); return; }
  try {
    const answer = await fetch(`${settings.host}/v1/decide`, { method: "POST", headers: { "Content-Type": "text/plain" },
      body: JSON.stringify({ key: settings.key, anonymousId: anonymousId(), slots: names(), context: context(),
        locale: document.documentElement.lang || navigator.language, ...(settings.token && { token: settings.token }) }) });
    const told = await answer.json();
    if (cursor === null) cursor = told.cursor ?? null;
    (told.decisions ?? []).forEach((decision) => apply(decision, first));
  } catch (error) { console.debug("personalize:", error); }
  reveal();
  listen();
}

function apply(decision, first = false) {
  for (const element of slots().filter((one) => one.getAttribute(SLOT) === decision.slot)) {
    if (first || decision.swap === "now" || !decision.swap) show(element, decision);
    else if (decision.swap === "navigation") later.set(element, decision);
  }
}

function show(element, decision) {
  if (!fallbacks.has(element)) fallbacks.set(element, element.innerHTML);
  element.removeAttribute(PENDING);
  const face = JSON.stringify([decision.variant, decision.content, decision.items]);
  if (shown.get(element) === face) return;
  if (element.contains(document.activeElement)) {
    element.addEventListener("focusout", () => setTimeout(show, 0, element, decision), { once: true });
    return;
  }
  shown.set(element, face);
  fill(element, decision.content);
  element.dataset.pzVariant = decision.variant ?? "";
  element.dispatchEvent(new CustomEvent("pz:decision", { bubbles: true, detail: decision }));
  seen?.unobserve(element);
  if (decision.variant) seen?.observe(element);
}

function fill(element, content) {
  if (content?.type === "html") element.innerHTML = content.html;
  else if (content?.type === "text") element.textContent = content.text;
  else if (content?.type === "url" && "src" in element) element.src = content.url;
  else if (content?.type === "url" && "href" in element) element.href = content.url;
  else if (!content) element.innerHTML = fallbacks.get(element);
}

const about = (element) => ({ slot: element.getAttribute(SLOT), variant: element.dataset.pzVariant });
const seen = "IntersectionObserver" in window ? new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    enqueue("track", { event: "Content Viewed", properties: about(target) });
  }
}, { threshold: 0.5 }) : null;

function listen() {
  if (socket || !allowed()) return;
  socket = new WebSocket(`${settings.host.replace(/^http/, "ws")}/v1/stream`, "personalization.v1");
  let beat = 0;
  socket.onopen = () => {
    socket.send(JSON.stringify({ type: "subscribe", key: settings.key, anonymousId: anonymousId(), slots: names(),
      locale: document.documentElement.lang || navigator.language, context: context(), ...(cursor && { cursor }), ...(settings.token && { token: settings.token }) }));
    beat = setInterval(() => socket?.send('{"type":"ping"}'), 25_000);
  };
  socket.onmessage = quietly(({ data }) => {
    const told = JSON.parse(data);
    attempts = 0;
    cursor = told.cursor ?? cursor;
    if (told.type === "decisions") told.decisions.forEach((decision) => apply(decision));
    if (told.type === "reset") decide(false);
    if (told.type === "segments") document.dispatchEvent(new CustomEvent("pz:segments", { detail: told }));
  });
  socket.onclose = ({ code }) => {
    clearInterval(beat);
    socket = null;
    if (!REFUSED.includes(code)) setTimeout(listen, jitter(30_000, attempts++));
  };
}

const commands = {
  track: (event, properties = {}) => enqueue("track", { event, properties }),
  page: (name = document.title, properties = {}) => enqueue("page",
    { name, properties: { path: location.pathname, title: document.title, ...properties } }),
  identify: (userId, traits = {}) => {
    if (userId && allowed()) store.set("pz.user", userId);
    enqueue("identify", { traits });
  },
  reset: () => { ["pz.user", "pz.anonymous"].forEach(store.drop); cursor = null; socket?.close(); decide(); },
  consent: (purposes) => {
    const yes = Object.values(purposes).some(Boolean);
    const consent = { categoryPreferences: purposes };
    if (yes) store.set("pz.consent", "granted");
    if (allowed()) {
      const told = message("track", { event: yes ? "Consent Given" : "Consent Withdrawn", context: { ...context(), consent } });
      keep(yes ? [...waiting(), told] : [told]);  // after a no, nothing but the no is still to be said
      flush();
    }
    if (yes) { decide(); return; }
    store.set("pz.consent", "denied");
    ["pz.user", "pz.anonymous"].forEach(store.drop);
    socket?.close();
    slots().forEach((element) => show(element, { variant: null }));
  },
  decide: () => decide(),
};

const run = quietly(([name, ...given]) => commands[name]?.(...given));
const earlier = Array.isArray(window.pz) ? window.pz : [];
window.pz = { push: (...calls) => calls.forEach(run), anonymousId: () => (allowed() ? anonymousId() : null) };
addEventListener("pagehide", quietly(leave));
addEventListener("visibilitychange", quietly(() => document.visibilityState === "hidden" && leave()));
addEventListener("pageshow", quietly(({ persisted }) => persisted && decide()));
addEventListener("click", quietly(({ target }) => {
  const link = target.closest?.(`[${SLOT}] a, [${SLOT}] button`);
  if (link) enqueue("track", { event: "Content Clicked", properties: { ...about(link.closest(`[${SLOT}]`)), href: link.href } });
}), true);
earlier.forEach(run);
decide();
flush();
