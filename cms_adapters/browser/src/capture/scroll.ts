/** How far down a page was read: each quarter once, and the end. */

import type { Track } from "./track";

const MARKS = [25, 50, 75, 100];

export const scroll = (track: Track): void => {
  let path = "";
  let reached = 0;
  const look = (): void => {
    if (path !== location.pathname) [path, reached] = [location.pathname, 0];
    const { scrollHeight, clientHeight } = document.documentElement;
    const percent = Math.round((100 * (scrollY + clientHeight)) / scrollHeight);
    for (const mark of MARKS) {
      if (mark > percent || mark <= reached) continue;
      reached = mark;
      track("Page Scrolled", { percent: mark, path });
    }
  };
  let waits = false;
  addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    setTimeout(() => { waits = false; look(); }, 200);
  }, { passive: true });
};
