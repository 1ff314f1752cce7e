/** The live stream: a WebSocket, or Server-Sent Events where that fails, resumed where it broke off. */

import { listened } from "./events";
import type { Page } from "./live";
import { emit, jittered, quietly } from "./quiet";
import { socket } from "./socket";
import type { Told } from "./types";

/** What a line does once it is open: say something where it can, and end. */
export interface Line { say(text: string): void; end(): void }

/** What becomes of a line: it lives, it is heard, it is gone (why, and when to come again). */
export interface Ear { opened(): void; hear(text: string): void; gone(code?: number, retry?: number): void }

/** No key, no right, or nothing that the server understands: it will not be otherwise later. */
const isFinal = (code: number): boolean => code >= 4400 && code < 4404;

/** Return the stream of a page; what it hears is passed on. */
export const stream = (page: Page, pass: (told: Told) => void) => {
  let wanted = false;
  let line: Line | undefined;
  let lives = false;
  let events = false;
  let tries = 0;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let said = "";

  const hear = (text: string): void => {
    const told = JSON.parse(text) as Told;
    tries = failures = 0;
    if (!told.cursor) return;
    page.move(told.cursor);
    if (told.decisions) page.push(told.decisions);
    if (told.type === "reset") void quietly(page.renew)();
    pass(told);
  };
  const gone = (code = 0, retry = 0): void => {
    line = undefined;
    if (!wanted) return;
    if (isFinal(code)) {
      wanted = false;
      emit(document, "pz:refused", { code });
      return;
    }
    if (!lives && ++failures % 2 === 0) events = !events;
    /* A server that went away without a word has many to take in again. */
    const apart = code === 1012 ? Math.random() * 5000 : 0;
    timer = setTimeout(connect, Math.max(retry || apart, jittered(tries++)));
  };
  const ear = (): Ear => {
    let over = false;
    return {
      opened: () => { lives = true; if (!events) subscribe(); },
      hear: (text) => { if (!over) hear(text); },
      gone: (...why) => {
        if (over) return;
        over = true;
        gone(...why);
      },
    };
  };
  const connect = (): void => {
    clearTimeout(timer);
    if (!wanted || line) return;
    lives = false;
    said = "";
    if (!events) line = socket(`${page.host.replace(/^http/, "ws")}/v1/stream`, ear());
    else {
      said = JSON.stringify(page.question());
      line = listened(address, ear());
    }
  };
  /* An event stream has no body: a channel stands in its address for who listens, and to what. */
  const address = async (): Promise<string> => {
    const { channel } = await page.ask(undefined, { channel: true });
    const { context, locale } = page.question();
    const query = { channel, locale, context: JSON.stringify(context), cursor: page.seen(), touch: "1" };
    return `${page.host}/v1/stream?${new URLSearchParams(query as Record<string, string>)}`;
  };
  /** Say what is listened to, where it is not what was said last. */
  const subscribe = (): void => {
    const now = page.question();
    const text = JSON.stringify(now);
    if (text === said || !line || !lives) return;
    said = text;
    line.say(JSON.stringify({ type: "subscribe", touch: true, cursor: page.seen(), ...now }));
  };

  return {
    subscribe,
    /** Listen, and go on listening. */
    open: (): void => { wanted = true; connect(); },
    /** Listen no more. */
    shut: (): void => {
      wanted = false;
      clearTimeout(timer);
      line?.end();
    },
    /** Try now what would be tried later. */
    hurry: (): void => { tries = 0; connect(); },
  };
};
