/** The words of the wire, as the page's side reads and writes them. */
export type Json = null | boolean | number | string | Json[] | {
    [name: string]: Json;
};
export type Fields = Record<string, unknown>;
/** When a page may change what a slot shows. */
export type Swap = "now" | "navigation" | "session" | "pinned";
/** What a variant holds: the word in `type` names the field it is in. */
export interface Content {
    type: "html" | "text" | "json" | "url";
    html?: string;
    text?: string;
    json?: Json;
    url?: string;
}
/** What the server decided for one slot; a slot that holds a list has `items` in place of `content`. */
export interface Decision {
    slot: string;
    variant: string | null;
    content?: Content | null;
    items?: {
        variant: string;
        content: Content;
    }[];
    reason?: string;
    row?: string | null;
    revision?: number | null;
    experiment?: unknown;
    ttl?: number;
    swap?: Swap;
}
/** An answer of `/v1/decide`, and what a page that was rendered on a server brings along. */
export interface Answer {
    decisions?: Decision[];
    cursor?: string;
    channel?: string;
    anonymousId?: string;
}
/** A message of the stream. */
export interface Told extends Answer {
    type: "segments" | "decisions" | "reset" | "touch" | "pong";
    segments?: string[];
    entered?: string[];
    exited?: string[];
}
/** What a visitor said yes and no to; a purpose that is not named stays as it was. */
export type Purposes = {
    analytics?: boolean;
    personalization?: boolean;
} & Record<string, boolean>;
/** What a site says about itself: attributes of the script, or an argument of `start`. */
export interface Settings {
    /** The site's publishable key (`pk_...`). */
    key: string;
    /** The server's origin. */
    host: string;
    /** `granted`, `denied`, `ask` (the default), or the purposes that need no question. */
    consent: string;
    /** A subject token (`pt_...`) minted by the site's own server. */
    token: string;
}
