/** The live part of a page, which comes once the page is shown: the stream, and who of the tabs holds it. */

import { leader } from "./leader";
import { stream } from "./stream";
import type { Answer, Decision, Fields, Told } from "./types";

/** What the page's first part gives to its live one. */
export interface Page {
  /** The server. */
  host: string;
  /** What tabs of the same visitor have in common. */
  name: string;
  question(): Fields;
  ask(slots?: string[], more?: Fields): Promise<Answer>;
  seen(): string | undefined;
  move(cursor: string): void;
  push(decisions: Decision[]): void;
  renew(): Promise<void>;
  /** Tell the page what was heard here. */
  announce(told: Told): void;
  /** Another tab heard of a change. */
  stale(): void;
}

/** Return what the page does with its live part. */
export const live = (page: Page) => {
  const wire = stream(page, (told) => {
    tabs.tell(told);
    page.announce(told);
  });
  const tabs = leader<Told>(page.name, {
    start: wire.open,
    stop: wire.shut,
    heard: (told) => {
      page.announce(told);
      page.stale();
    },
  });
  return {
    /** Listen to what the page has now; a tab that is looked at again takes the stream over. */
    listen: (woken: boolean): void => {
      tabs.join(woken);
      if (tabs.isLeading()) wire.subscribe();
    },
    end: tabs.retire,
    hurry: (): void => { if (tabs.isLeading()) wire.hurry(); },
  };
};
