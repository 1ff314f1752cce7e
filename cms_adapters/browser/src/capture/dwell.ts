/** How long a page was looked at: the time it was visible, told when it is left. */

import type { Track } from "./track";

const LEAST = 1;

export const dwell = (track: Track): void => {
  let since = document.hidden ? 0 : performance.now();
  const rest = (): void => {
    const seconds = since ? Math.round((performance.now() - since) / 1000) : 0;
    since = 0;
    if (seconds >= LEAST) track("Page Dwelled", { seconds, path: location.pathname });
  };
  const wake = (): void => { if (!since) since = performance.now(); };
  /* Before the client sends off what waits: it listens at the document, and this at the window first. */
  addEventListener("visibilitychange", () => (document.hidden ? rest() : wake()), true);
  addEventListener("pagehide", rest, true);
  addEventListener("pageshow", wake);
};
