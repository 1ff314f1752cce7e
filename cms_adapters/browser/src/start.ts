/** The page's life: begins when the script comes, rests while nobody looks, ends with a no. */

import { commands } from "./commands";
import { may, refused } from "./consent";
import { previewed } from "./context";
import { ask, asks, hydrate, isOld, look, move, push, question, renew, seen } from "./decide";
import { anonymousId, forget } from "./ids";
import type { live } from "./live";
import { adopt, clear, drop, leave } from "./queue";
import { emit, on, quietly } from "./quiet";
import { settings } from "./settings";
import { clicked } from "./sight";
import { SLOT, settle, slots, undo } from "./slots";
import { lasting } from "./store";
import type { Settings, Told } from "./types";

type Live = ReturnType<typeof live>;

/** The live part, once it has come. */
let line: Live | undefined;
/** Another tab heard of a change that this one has not seen. */
let stale = false;

const refresh = (): void => {
  if (document.hidden || !(stale || isOld())) return;
  stale = false;
  void quietly(renew)();
};

const page = {
  question, ask, seen, move, push, renew,
  announce: (told: Told): void => { if (told.segments) emit(document, "pz:segments", told); },
  stale: (): void => {
    stale = true;
    refresh();
  },
};

const listen = async (woken = false): Promise<void> => {
  const wanted = (): unknown => asks() && slots()[0];
  if (!wanted()) return;
  const { live } = await import("./live");
  if (!wanted()) return;
  line ??= live({ ...page, host: settings.host, name: `pz.${settings.key}.${!!settings.token}${settings.preview}` });
  line.listen(woken);
};

const scan = async (): Promise<void> => {
  try { await look(); } finally { await listen(); }
};

/** What the visitor had said when this page last asked. */
let word: string | null;

const end = (): void => {
  word = lasting("consent");
  line?.end();
  line = undefined;
  undo();
  move();
};

const again = (): Promise<void> => {
  end();
  return scan();
};

/** What was said in another tab, or while the browser kept this page aside, counts here too. */
const heed = (): Promise<void> | undefined => {
  if (lasting("consent") === word) return undefined;
  if (!may("analytics")) drop();
  return again();
};

let timer: ReturnType<typeof setTimeout> | undefined;
const soon = (): void => {
  clearTimeout(timer);
  timer = setTimeout(quietly(scan));
};

const rest = (): void => {
  settle();
  leave();
};

const wake = (): Promise<void> | void => {
  if (document.hidden) return rest();
  refresh();
  return listen(true);
};

const attend = (): void => {
  on(document, "turbo:load htmx:afterSwap astro:page-load", soon);
  /* What such a library keeps to show again must be what the author wrote. */
  on(document, "turbo:before-cache htmx:beforeHistorySave", undo);
  new MutationObserver(soon).observe(document, { childList: true, subtree: true, attributeFilter: [SLOT] });
  on(document, "click", clicked);
  on(document, "visibilitychange", wake);
  on(window, "online", () => line?.hurry());
  on(window, "pagehide", () => { rest(); line?.end(); });
  on(window, "pageshow", ({ persisted }: PageTransitionEvent) => persisted && (heed() ?? wake()));
  on(window, "storage", heed);
};

/** Begin on this page; the answer is what `window.pz` can do. */
export const start = (given: Partial<Settings>, earlier: unknown) => {
  Object.assign(settings, given, { preview: previewed() });
  word = lasting("consent");
  const words = commands(again, end, scan);
  type Call = [keyof typeof words, ...unknown[]];
  const run = quietly(([name, ...rest]: Call) => (words[name] as (...given: unknown[]) => unknown)(...rest));
  if (refused()) {
    clear();
    forget();
  }
  /* Who the visitor is may stand in the page, and what was said before is said of them. */
  void quietly(hydrate)();
  if (Array.isArray(earlier)) earlier.forEach(run);
  attend();
  adopt();
  soon();
  return {
    ...words,
    /** Take calls in the form of the stub: `["track", "Product Viewed", {}]`. */
    push: (...calls: Call[]): void => calls.forEach((call) => void run(call)),
    /** Return the browser's id, where the visitor allows one. */
    anonymousId: (): string | null => (may("analytics") || may("personalization") ? anonymousId() : null),
  };
};
