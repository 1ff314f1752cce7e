/** What of the slots was seen and clicked: half of it on the screen for a second, links and buttons. */
import type { Decision } from "./types";
/** Look at an element that shows a variant; without one, look no more. */
export declare const watch: (element: Element, decision?: Decision) => void;
/** Tell of a click on a link or button in a slot. */
export declare const clicked: ({ target }: Event) => void;
