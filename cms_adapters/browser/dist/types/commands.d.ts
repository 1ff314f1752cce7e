/** What a page can say: Segment's verbs, consent, and asking anew. */
import { track } from "./queue";
import type { Fields, Purposes } from "./types";
/** Return the calls; `again` begins anew with whoever it is now, `end` ends all that is personal. */
export declare const commands: (again: () => Promise<void>, end: () => void, scan: () => Promise<void>) => {
    track: typeof track;
    /** A name, or a category and a name, and properties, as in Segment's clients. */
    page: (...given: (string | Fields)[]) => void;
    identify: (user?: string | Fields | null, traits?: Fields) => void;
    group: (groupId: string, traits?: Fields) => void;
    alias: (user: string, previousId?: string) => void;
    /** Somebody else may sit here now: a new id, and everything is asked anew. */
    reset: () => Promise<void>;
    /** Speak for a user with a token of the site's own server. */
    token: (token: string) => Promise<void>;
    consent: (purposes: Purposes) => Promise<void> | void;
    decide: () => Promise<void>;
};
