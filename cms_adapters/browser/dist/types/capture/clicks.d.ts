/** Clicks on links and buttons outside the slots, which tell of theirs themselves. */
import type { Track } from "./track";
export declare const clicks: (track: Track) => void;
