/** Doing things that may fail without harm to the page, and later without falling into step. */
/** Return the act with its failures told to the console only. */
export declare const quietly: <Given extends unknown[]>(act: (...given: Given) => unknown) => (...given: Given) => Promise<void>;
/** Do the act whenever one of the events happens, whoever else stops it. */
export declare const on: <Happened extends Event>(target: EventTarget, names: string, act: (event: Happened) => unknown) => void;
/** Tell the page of something. */
export declare const emit: (target: EventTarget, name: string, detail: unknown) => boolean;
/** Return how long to wait before another try, in milliseconds: longer each time, never in step. */
export declare const jittered: (tries: number) => number;
