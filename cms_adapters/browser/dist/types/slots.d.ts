/** The slots of the page: found, shown, and changed only when their swap policy allows it. */
import type { Decision } from "./types";
export declare const SLOT = "data-personalize-slot";
interface State {
    since: number;
    busy?: boolean;
    face?: string;
    shown?: Decision;
    later?: Decision | undefined;
}
export declare const named: (element: Element) => string;
/** Return the page's slots; one inside a slot of its own name is none, or it would fill itself for ever. */
export declare const slots: () => Element[];
export declare const names: (among?: Element[]) => string[];
/** Return the slots nobody has asked about yet. */
export declare const strangers: () => Element[];
/** Remember that a slot was met. */
export declare const meet: (element: Element) => State;
/** Show whatever is there: nothing is to be waited for. */
export declare const reveal: () => void;
/** Show a decision in every element of its slot, now or when it may be seen. */
export declare const apply: (decision: Decision) => void;
/** Nobody looks: what waited for that is shown. */
export declare const settle: () => void;
/** Put back what the author wrote, everywhere, and know nothing of it any more. */
export declare const undo: () => void;
export {};
