/** What the visitor allows: nothing until told, and nothing at all with Global Privacy Control. */
import type { Purposes } from "./types";
export type Purpose = "analytics" | "personalization";
/** Return whether the browser says no for its user: that wins over whatever the page says. */
export declare const refused: () => unknown;
/** Return whether something may be done now. */
export declare const may: (purpose: Purpose) => boolean;
/** Return what the visitor said here, as the server reads it; nothing where nobody asked. */
export declare const said: () => Purposes | undefined;
/** Keep what the visitor said; return whether anything is allowed. */
export declare const keep: (purposes: Purposes) => boolean;
