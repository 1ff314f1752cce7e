/** Events on their way: kept until the server has them, sent in batches, never more than it can take. */
import type { Fields } from "./types";
/** Send what earlier pages could not. */
export declare const adopt: () => void;
/** Forget what this tab has not sent yet. */
export declare const drop: () => void;
/** Forget what no tab has sent yet. */
export declare const clear: () => void;
/** Send a message soon. */
export declare const post: (type: string, fields: Fields) => void;
/** Send an event soon, if the visitor allows it; what is not allowed is never sent later. */
export declare const enqueue: (type: string, fields: Fields) => void;
/** Send what one does with things. */
export declare const track: (event: string, properties?: Fields) => void;
/** Send what waits now. */
export declare const flush: () => Promise<void>;
/** The page is left: what waits goes with a beacon, and stays kept where the server was silent before. */
export declare const leave: () => void;
