/** The slots of the page: found, shown, and changed only when their swap policy allows it. */

import { fill, restore } from "./fill";
import { emit, quietly } from "./quiet";
import { settings } from "./settings";
import { watch } from "./sight";
import { lasting, parsed, passing } from "./store";
import type { Decision, Swap } from "./types";

export const SLOT = "data-personalize-slot";
const PENDING = "data-pz-pending";
const VARIANT = "data-pz-variant";
const EVERY = `[${SLOT}],personalized-slot[name]`;
/** Milliseconds after which the page's style shows the fallback: what comes later is a change. */
const DEADLINE = 2000;

interface State { since: number; busy?: boolean; face?: string; shown?: Decision; later?: Decision | undefined }
let states = new WeakMap<Element, State>();

export const named = (element: Element): string => element.getAttribute(SLOT) ?? element.getAttribute("name")!;

/** Return the page's slots; one inside a slot of its own name is none, or it would fill itself for ever. */
export const slots = (): Element[] => [...document.querySelectorAll(EVERY)].filter((element) => {
  const outer = element.parentElement!.closest(EVERY);
  return !outer || named(outer) !== named(element);
});

export const names = (among = slots()): string[] => [...new Set(among.map(named))];

/** Return the slots nobody has asked about yet. */
export const strangers = (): Element[] => slots().filter((element) => !states.has(element));

/** Remember that a slot was met. */
export const meet = (element: Element): State => {
  let state = states.get(element);
  if (!state) states.set(element, (state = { since: performance.now() }));
  return state;
};

/** Show whatever is there: nothing is to be waited for. */
export const reveal = (): void => slots().forEach((element) => { if (!states.get(element)?.busy) element.removeAttribute(PENDING); });

/** Show a decision in every element of its slot, now or when it may be seen. */
export const apply = (decision: Decision): void => slots().forEach((element) => {
  if (named(element) !== decision.slot) return;
  const state = meet(element);
  const swap = settings.preview ? "now" : element.getAttribute("data-pz-swap") ?? decision.swap ?? "now";
  const late = state.shown ?? performance.now() - state.since > DEADLINE;
  if (swap === "navigation") {
    state.later = decision;
    if (!late || document.hidden) settle();
  } else if (swap === "now") display(element, decision);
  else if (!late) display(element, remembered(swap as Swap, decision));
});

/** Return what was shown first: the slot stays as it was seen. */
const remembered = (swap: Swap, decision: Decision): Decision => {
  const box = swap === "session" ? passing : lasting;
  const kept = parsed<Record<string, Decision>>(box("slots"), {});
  if (decision.variant && decision.reason !== "ERROR") kept[decision.slot] ??= decision;
  box("slots", JSON.stringify(kept));
  return kept[decision.slot] ?? decision;
};

/** Nobody looks: what waited for that is shown. */
export const settle = (): void => slots().forEach((element) => {
  const later = states.get(element)?.later;
  if (later) display(element, later);
});

const show = async (element: Element, decision: Decision): Promise<void> => {
  const state = meet(element);
  const { variant, content, items } = decision;
  const face = JSON.stringify([variant, content, items]);
  state.later = undefined;
  if (state.face === face) return;
  if (state.shown && element.contains(document.activeElement) && !document.hidden) {
    state.later = decision; // never under the visitor's hands
    element.addEventListener("focusout", () => setTimeout(() => { if (state.later) display(element, state.later); }), { once: true });
    return;
  }
  /* What a server rendered already is the same content, and stays untouched. */
  const there = variant && !state.shown && element.getAttribute(VARIANT) === variant;
  state.face = face;
  state.shown = decision;
  state.busy = true;
  try {
    if (!there) await fill(element, decision);
  } finally {
    state.busy = false;
    element.removeAttribute(PENDING);
  }
  element.setAttribute(VARIANT, variant ?? "");
  emit(element, "pz:decision", decision);
  watch(element, decision);
};

const display = quietly(show);

/** Put back what the author wrote, everywhere, and know nothing of it any more. */
export const undo = (): void => {
  for (const element of slots()) {
    if (!states.get(element)?.shown) continue;
    restore(element);
    element.removeAttribute(VARIANT);
    watch(element);
  }
  states = new WeakMap();
  reveal();
};
