/** What the site says about itself, set once at the start. */
import type { Settings } from "./types";
export declare const settings: Settings & {
    preview: string;
};
