/** Asking the server: one call for all slots of the page, and none for what it brought along. */

import { may } from "./consent";
import { context, locale } from "./context";
import { anonymousId } from "./ids";
import { quietly } from "./quiet";
import { settings } from "./settings";
import { apply, meet, names, reveal, strangers } from "./slots";
import { lasting, parsed } from "./store";
import type { Answer, Decision, Fields } from "./types";

/** How many slots the server takes at once. */
const MOST = 50;
/** How far this page has seen the visitor's changes. */
let cursor: string | undefined;
/** When an answer is too old, in milliseconds since 1970. */
let best = Infinity;
/** Which pushes came while a question was on its way: they are newer than its answer. */
let pushes = 0;
const pushed: Record<string, number> = {};

/** Return whether anything may be asked for. */
export const asks = (): unknown => settings.preview || may("personalization");

/** How often it was begun anew: an answer from before is somebody else's. */
let turn = 0;

/** Move on to what a message has seen, or begin anew. */
export const move = (to?: string): void => { cursor = to; if (!to) turn++; };

/** Return what a question and a subscription say alike. */
export const question = (wanted = names().slice(0, MOST)): Fields => ({
  key: settings.key, slots: wanted, locale: locale(), context: context(),
  anonymousId: may("personalization") ? anonymousId() : undefined,
  token: settings.token || undefined,
  preview: settings.preview || undefined,
});

/** Return how far was seen. */
export const seen = (): string | undefined => cursor;

/** Take decisions as they were pushed. */
export const push = (decisions: Decision[]): void => decisions.forEach(quietly((decision) => {
  pushed[decision.slot] = ++pushes;
  apply(decision);
}));

/** Ask about slots; a failed question leaves the page as its author wrote it. */
export const ask = async (wanted?: string[], more?: Fields): Promise<Answer> => {
  const before = pushes;
  const mine = turn;
  const body = JSON.stringify({ ...question(wanted), ...more });
  const sent = await fetch(`${settings.host}/v1/decide`, { method: "POST", body, signal: AbortSignal.timeout(10_000) });
  const answer = (await sent.json()) as Answer;
  if (asks() && mine === turn) take(answer, before);
  return answer;
};

const take = (answer: Answer, before: number): void => {
  cursor ??= answer.cursor;
  answer.decisions?.forEach(quietly((decision) => {
    best = Math.min(best, Date.now() + 1000 * (decision.ttl ?? 60));
    if (!(pushed[decision.slot]! > before)) apply(decision);
  }));
};

/** Ask about every slot again. */
export const renew = async (): Promise<void> => {
  if (!asks() || !names()[0]) return;
  best = Infinity;
  for (const rest = names(); rest[0];) cursor = (await ask(rest.splice(0, MOST))).cursor ?? cursor;
};

/** Return whether an answer is older than it may be. */
export const isOld = (): boolean => Date.now() > best;

/** Take what a server that rendered the page has decided already: that needs no call. */
export const hydrate = (): void => document.querySelectorAll("script[data-pz-state]").forEach((script) => {
  if (!asks()) return;
  const answer = parsed<Answer>(script.textContent, {});
  script.removeAttribute("data-pz-state");
  if (answer.anonymousId && !lasting("anonymous")) lasting("anonymous", answer.anonymousId);
  take(answer, 0);
});

/** Ask about the slots that are new on the page, in one call. */
export const look = async (): Promise<void> => {
  hydrate();
  const found = strangers();
  found.forEach(meet);
  const wanted = names(found);
  try {
    while (asks() && wanted[0]) await ask(wanted.splice(0, MOST));
  } finally { reveal(); }
};
