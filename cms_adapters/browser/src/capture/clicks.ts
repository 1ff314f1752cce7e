/** Clicks on links and buttons outside the slots, which tell of theirs themselves. */

import { bare, short } from "./track";
import type { Track } from "./track";

const SLOT = "[data-personalize-slot],personalized-slot";

export const clicks = (track: Track): void => addEventListener("click", ({ target }) => {
  const hit = (target as Element | null)?.closest?.<HTMLElement>("a[href],button,[role=button],[type=submit]");
  if (!hit || hit.closest(SLOT) || hit.closest("[data-pz-private]")) return;
  track("Element Clicked", {
    element: hit.localName,
    id: hit.id || undefined,
    text: hit instanceof HTMLInputElement ? undefined : short(hit.textContent),
    href: hit instanceof HTMLAnchorElement ? bare(hit.href) : undefined,
  });
}, true);
