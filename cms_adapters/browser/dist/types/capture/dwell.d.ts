/** How long a page was looked at: the time it was visible, told when it is left. */
import type { Track } from "./track";
export declare const dwell: (track: Track) => void;
