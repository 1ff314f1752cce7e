/** Where the visitor is: what every event and every question says about the page. */
import type { Fields } from "./types";
/** Return the preview's token: from the page's address, then for as long as the tab lives. */
export declare const previewed: () => string;
/** Return the language the page is written in, or else the visitor's. */
export declare const locale: () => string;
/** Return what page it is. */
export declare const place: () => Fields;
export declare const context: () => Fields;
