/** Asking the server: one call for all slots of the page, and none for what it brought along. */
import type { Answer, Decision, Fields } from "./types";
/** Return whether anything may be asked for. */
export declare const asks: () => unknown;
/** Move on to what a message has seen, or begin anew. */
export declare const move: (to?: string) => void;
/** Return what a question and a subscription say alike. */
export declare const question: (wanted?: string[]) => Fields;
/** Return how far was seen. */
export declare const seen: () => string | undefined;
/** Take decisions as they were pushed. */
export declare const push: (decisions: Decision[]) => void;
/** Ask about slots; a failed question leaves the page as its author wrote it. */
export declare const ask: (wanted?: string[], more?: Fields) => Promise<Answer>;
/** Ask about every slot again. */
export declare const renew: () => Promise<void>;
/** Return whether an answer is older than it may be. */
export declare const isOld: () => boolean;
/** Take what a server that rendered the page has decided already: that needs no call. */
export declare const hydrate: () => void;
/** Ask about the slots that are new on the page, in one call. */
export declare const look: () => Promise<void>;
