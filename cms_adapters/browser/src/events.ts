/** The stream as Server-Sent Events, for networks that let no WebSocket through. */

import { quietly } from "./quiet";
import type { Ear, Line } from "./stream";

/** Listen at the address that comes; what is to be said needs another line. */
export const listened = (address: () => Promise<string>, { opened, hear, gone }: Ear): Line => {
  let source: EventSource | undefined;
  let over = false;
  const end = (code?: number, retry?: number): void => {
    over = true;
    source?.close();
    gone(code, retry);
  };
  address().then((found) => {
    if (over) return;
    source = new EventSource(found);
    for (const type of ["segments", "decisions", "reset", "touch"])
      source.addEventListener(type, quietly(({ data }: MessageEvent<string>) => hear(data)));
    source.addEventListener("close", quietly(({ data }: MessageEvent<string>) => {
      const { code, retry } = JSON.parse(data) as { code: number; retry?: number };
      end(code, retry);
    }));
    source.onopen = () => opened();
    /* A lost line is taken up anew: later each time, and with the newest cursor. */
    source.onerror = () => end();
  }).catch(() => end());
  return { say: () => end(), end: () => end() };
};
