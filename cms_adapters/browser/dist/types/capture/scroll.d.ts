/** How far down a page was read: each quarter once, and the end. */
import type { Track } from "./track";
export declare const scroll: (track: Track) => void;
