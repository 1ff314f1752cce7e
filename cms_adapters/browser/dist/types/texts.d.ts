/** Placeholders in whole pieces of HTML and JSON, as text: for pages that are put together outside a browser. */
import type { Placer } from "./placeholders";
export declare const inHtml: Placer;
export declare const inJson: Placer;
