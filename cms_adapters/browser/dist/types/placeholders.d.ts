/** Personal words in a text: `{{ path | default:"..." }}` and nothing more, as the server reads them. */
import type { Escape } from "./escapes";
export interface Hole {
    path: string;
    instead: string;
    escape: Escape;
}
export type Part = string | Hole;
/** Says how each hole of a kind of text is escaped, or refuses it. */
export type Placer = (parts: Part[]) => void;
/** Stands for a value while one looks at where it goes. */
export declare const GAP = "\uFFFC";
/** Return the error of a template that cannot be taken: `code` is path, placeholder, place or scheme. */
export declare const refusal: (code: string, about?: string) => Error;
/** Return the template a text is; the prefixes are the paths that may be shown, each with its last dot. */
export declare const parse: (source: string, place: Placer, ...prefixes: string[]) => Part[];
/** Return the text with every hole filled; unknown and empty values give the default. */
export declare const render: (parts: Part[], get: (path: string) => unknown) => string;
/** Return the text with a gap for each hole. */
export declare const sketch: (parts: Part[]) => string;
/** Check that no value of the holes can make another scheme of it than http and https. */
export declare const checkUrl: (value: string) => void;
export declare const inText: Placer;
export declare const inUrl: Placer;
/** Return how a value goes into an attribute of an element (text has no attribute). */
export declare const inside: (tag: string, attribute?: string) => Placer;
