/** What of the slots was seen and clicked: half of it on the screen for a second, links and buttons. */

import { track } from "./queue";
import type { Decision, Fields } from "./types";

const SECOND = 1000;
const shown = new WeakMap<Element, Decision>();
const timers = new WeakMap<Element, ReturnType<typeof setTimeout>>();

const tell = (event: string, { slot, variant, row, revision, experiment }: Decision, more?: Fields): void =>
  track(event, { slot, variant, row, revision, experiment, ...more });

let observer: IntersectionObserver | undefined;

const see = (entries: IntersectionObserverEntry[]): void => entries.forEach(({ intersectionRatio, intersectionRect, target }) => {
  clearTimeout(timers.get(target));
  /* A slot that is higher than two screens is seen when it fills half of one. */
  if (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2) tick(target);
});

const tick = (element: Element): void => void timers.set(element, setTimeout(() => {
  if (document.hidden) tick(element);
  else {
    observer!.unobserve(element);
    tell("Content Viewed", shown.get(element)!);
  }
}, SECOND));

/** Look at an element that shows a variant; without one, look no more. */
export const watch = (element: Element, decision?: Decision): void => {
  observer ??= new IntersectionObserver(see, { threshold: [0, 0.1, 0.25, 0.5] });
  clearTimeout(timers.get(element));
  observer.unobserve(element);
  shown.delete(element);
  if (!decision?.variant) return;
  shown.set(element, decision);
  observer.observe(element);
};

/** Tell of a click on a link or button in a slot. */
export const clicked = ({ target }: Event): void => {
  const link = (target as Element).closest<HTMLAnchorElement>("a,button,[role=button],[type=submit]");
  for (let element: Element | null = link; element; element = element.parentElement) {
    const decision = shown.get(element);
    if (decision) return tell("Content Clicked", decision, { href: link!.href });
  }
};
