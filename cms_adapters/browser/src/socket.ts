/** The stream as a WebSocket, which is asked now and then whether it lives. */

import { quietly } from "./quiet";
import type { Ear, Line } from "./stream";

/** Milliseconds of silence after which a line is asked, and then given up. */
const BEAT = 25_000;
const PATIENCE = 10_000;

/** Connect; the line is of use once the ear was told that it is open. */
export const socket = (address: string, { opened, hear, gone }: Ear): Line => {
  const wire = new WebSocket(address, "personalization.v1");
  let beat: ReturnType<typeof setTimeout>;
  const end = (code?: number, retry?: number): void => {
    clearTimeout(beat);
    wire.close();
    gone(code, retry);
  };
  const wait = (patience: number, then: () => void): void => {
    clearTimeout(beat);
    beat = setTimeout(then, patience);
  };
  const ping = (): void => {
    wire.send('{"type":"ping"}');
    wait(PATIENCE, end);
  };
  wait(PATIENCE, end);
  wire.onopen = quietly(() => {
    wait(BEAT, ping);
    opened();
  });
  wire.onmessage = quietly(({ data }: MessageEvent<string>) => {
    wait(BEAT, ping);
    hear(data);
  });
  wire.onclose = ({ code, reason }) => end(code, Number(/retry=(\d+)/.exec(reason)?.[1] ?? 0));
  return { say: (text) => wire.send(text), end: () => end() };
};
