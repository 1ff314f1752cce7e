/** Doing things that may fail without harm to the page, and later without falling into step. */

const failed = (error: unknown): void => console.debug("personalize:", error);

/** Return the act with its failures told to the console only. */
export const quietly = <Given extends unknown[]>(act: (...given: Given) => unknown) => async (...given: Given): Promise<void> => {
  try { await act(...given); } catch (error) { failed(error); }
};

/** Do the act whenever one of the events happens, whoever else stops it. */
export const on = <Happened extends Event>(target: EventTarget, names: string, act: (event: Happened) => unknown): void =>
  names.split(" ").forEach((name) => target.addEventListener(name, quietly(act as (event: Event) => unknown), true));

/** Tell the page of something. */
export const emit = (target: EventTarget, name: string, detail: unknown): boolean =>
  target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

/** Return how long to wait before another try, in milliseconds: longer each time, never in step. */
export const jittered = (tries: number): number => Math.min(30_000, 500 * 2 ** tries) * (0.5 + Math.random() / 2);
