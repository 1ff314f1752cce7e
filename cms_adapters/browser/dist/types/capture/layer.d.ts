/** A bridge from `window.dataLayer`: what a tag manager is told is told here too. */
import type { Track } from "./track";
export declare const layer: (track: Track) => void;
