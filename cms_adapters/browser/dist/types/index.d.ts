/** What the package gives: `start`, the placeholders, and the types of the wire. */
import type { Settings } from "./types";
export { parse, render } from "./placeholders";
export type { Answer, Content, Decision, Purposes, Settings, Swap, Told } from "./types";
/** How a placeholder is escaped, by the kind of text it stands in. */
export declare const placers: {
    html: import("./placeholders").Placer;
    json: import("./placeholders").Placer;
    text: import("./placeholders").Placer;
    url: import("./placeholders").Placer;
};
/** Begin on this page, once: asks about its slots, listens, and sends what it is told. */
export declare const start: (settings: Partial<Settings> & {
    key: string;
    host: string;
}) => {
    track: typeof import("./queue").track;
    page: (...given: (string | import("./types").Fields)[]) => void;
    identify: (user?: string | import("./types").Fields | null, traits?: import("./types").Fields) => void;
    group: (groupId: string, traits?: import("./types").Fields) => void;
    alias: (user: string, previousId?: string) => void;
    reset: () => Promise<void>;
    token: (token: string) => Promise<void>;
    consent: (purposes: import("./types").Purposes) => Promise<void> | void;
    decide: () => Promise<void>;
    push: (...calls: ["alias" | "consent" | "decide" | "group" | "identify" | "page" | "reset" | "token" | "track", ...unknown[]][]) => void;
    anonymousId: () => string | null;
};
