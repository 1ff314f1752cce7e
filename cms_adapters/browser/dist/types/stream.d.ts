/** The live stream: a WebSocket, or Server-Sent Events where that fails, resumed where it broke off. */
import type { Page } from "./live";
import type { Told } from "./types";
/** What a line does once it is open: say something where it can, and end. */
export interface Line {
    say(text: string): void;
    end(): void;
}
/** What becomes of a line: it lives, it is heard, it is gone (why, and when to come again). */
export interface Ear {
    opened(): void;
    hear(text: string): void;
    gone(code?: number, retry?: number): void;
}
/** Return the stream of a page; what it hears is passed on. */
export declare const stream: (page: Page, pass: (told: Told) => void) => {
    subscribe: () => void;
    /** Listen, and go on listening. */
    open: () => void;
    /** Listen no more. */
    shut: () => void;
    /** Try now what would be tried later. */
    hurry: () => void;
};
