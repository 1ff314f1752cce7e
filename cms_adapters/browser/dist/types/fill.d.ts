/** How a decision gets into an element, and how what the author wrote gets back. */
import type { Decision } from "./types";
/** Put back what the author wrote. */
export declare const restore: (element: Element) => void;
/** Show what was decided; what cannot be shown leaves the author's words. */
export declare const fill: (element: Element, decision: Decision) => Promise<void>;
