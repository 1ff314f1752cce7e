/** The page's life: begins when the script comes, rests while nobody looks, ends with a no. */
import type { Settings } from "./types";
/** Begin on this page; the answer is what `window.pz` can do. */
export declare const start: (given: Partial<Settings>, earlier: unknown) => {
    track: typeof import("./queue").track;
    page: (...given: (string | import("./types").Fields)[]) => void;
    identify: (user?: string | import("./types").Fields | null, traits?: import("./types").Fields) => void;
    group: (groupId: string, traits?: import("./types").Fields) => void;
    alias: (user: string, previousId?: string) => void;
    reset: () => Promise<void>;
    token: (token: string) => Promise<void>;
    consent: (purposes: import("./types").Purposes) => Promise<void> | void;
    decide: () => Promise<void>;
    /** Take calls in the form of the stub: `["track", "Product Viewed", {}]`. */
    push: (...calls: ["alias" | "consent" | "decide" | "group" | "identify" | "page" | "reset" | "token" | "track", ...unknown[]][]) => void;
    /** Return the browser's id, where the visitor allows one. */
    anonymousId: () => string | null;
};
