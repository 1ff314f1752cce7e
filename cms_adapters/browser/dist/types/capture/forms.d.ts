/** Forms that were begun and sent: which, and how many fields, never what is in them. */
import type { Track } from "./track";
export declare const forms: (track: Track) => void;
