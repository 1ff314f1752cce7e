/** Events on their way: kept until the server has them, sent in batches, never more than it can take. */

import { may } from "./consent";
import { context } from "./context";
import { anonymousId, userId, uuid } from "./ids";
import { jittered } from "./quiet";
import { settings } from "./settings";
import { lasting, parsed } from "./store";
import type { Fields } from "./types";

const MOST = 500;
const LARGEST = 32_000;
/** Bytes of a call: browsers let a page that is left send 64 KB. */
const CALL = 60_000;
const QUEUE = "queue";

type Message = Fields & { messageId: string };

/* Each tab keeps its own: what two tabs write at the same moment cannot be lost. */
const own = QUEUE + uuid();
let waiting: Message[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let sending = false;
let tries = 0;
/** Before when the server does not want the next call. */
let after = 0;

const keep = (events: Message[]): void => {
  waiting = events.slice(-MOST);
  lasting(own, waiting.length ? JSON.stringify(waiting) : null);
};

const forget = (sent: Message[]): void => keep(waiting.filter((event) => !sent.includes(event)));

/** Take what earlier pages could not send out of the store; the server counts each `messageId` once. */
const stored = (): Message[] => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(`pz.${QUEUE}`) && name !== `pz.${own}`).flatMap((name) => {
      const events = parsed<Message[]>(localStorage.getItem(name), []);
      localStorage.removeItem(name);
      return events;
    });
  } catch { return []; }
};

/** Send what earlier pages could not. */
export const adopt = (): void => {
  keep([...stored(), ...waiting]);
  soon();
};

/** Forget what this tab has not sent yet. */
export const drop = (): void => keep([]);

/** Forget what no tab has sent yet. */
export const clear = (): void => {
  stored();
  drop();
};

/** Send a message soon. */
export const post = (type: string, fields: Fields): void => {
  const user = userId();
  const event = {
    type, messageId: uuid(), anonymousId: anonymousId(), timestamp: new Date().toISOString(),
    ...(user && { userId: user }), ...fields, context: { ...context(), ...(fields.context as Fields) },
  };
  if (JSON.stringify(event).length > LARGEST) throw Error("over 32 KB");
  keep([...waiting, event]);
  soon();
};

/** Send an event soon, if the visitor allows it; what is not allowed is never sent later. */
export const enqueue = (type: string, fields: Fields): void => { if (may("analytics")) post(type, fields); };

/** Send what one does with things. */
export const track = (event: string, properties: Fields = {}): void => enqueue("track", { event, properties });

const soon = (): void => {
  clearTimeout(timer);
  if (waiting.length && !sending) timer = setTimeout(flush, Math.max(50, after - Date.now()));
};

const parcel = (): [Message[], Blob] => {
  for (let count = 100; ; count >>= 1) {
    const batch = waiting.slice(0, count);
    const body = new Blob([JSON.stringify({ writeKey: settings.key, sentAt: new Date().toISOString(), batch })], { type: "text/plain" });
    if (body.size < CALL || count < 2) return [batch, body];
  }
};

const address = (): string => `${settings.host}/v1/b`;

/** Send what waits now. */
export const flush = async (): Promise<void> => {
  if (sending || !waiting.length) return;
  clearTimeout(timer);
  sending = true;
  const [events, body] = parcel();
  try {
    const { status, headers } = await fetch(address(), { method: "POST", body, keepalive: true });
    const busy = status === 429 || status > 499;
    after = busy ? Date.now() + Math.max(1000 * +headers.get("Retry-After")! || 0, jittered(++tries)) : tries = 0;
    if (!busy) forget(events);
  } catch { after = Date.now() + jittered(++tries); }
  sending = false;
  soon();
};

/** The page is left: what waits goes with a beacon, and stays kept where the server was silent before. */
export const leave = (): void => {
  /* What is on its way arrives without the page. */
  if (sending || !waiting.length || after > Date.now()) return;
  const [events, body] = parcel();
  if (navigator.sendBeacon(address(), body) && !tries) forget(events);
};
