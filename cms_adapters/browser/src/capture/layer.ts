/** A bridge from `window.dataLayer`: what a tag manager is told is told here too. */

import type { Track } from "./track";

type Entry = Record<string, unknown> & { event?: unknown };

export const layer = (track: Track): void => {
  const page = window as { dataLayer?: Entry[] };
  const entries = (page.dataLayer ??= []);
  const take = (entry: Entry | undefined): void => {
    if (typeof entry?.event !== "string" || entry.event.startsWith("gtm.")) return;
    const { event, ...properties } = entry;
    track(event, properties);
  };
  entries.forEach(take);
  const push = entries.push;
  entries.push = (...given) => {
    const length = push.apply(entries, given);
    given.forEach(take);
    return length;
  };
};
