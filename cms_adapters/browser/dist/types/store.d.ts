/** What is kept in the browser, and in memory where the browser keeps nothing. */
/** Kept until it is dropped, and seen by every tab of the site. */
export declare const lasting: (key: string, value?: string | null) => string | null;
/** Kept as long as the tab. */
export declare const passing: (key: string, value?: string | null) => string | null;
/** Return what is kept as JSON, or the other value where it is none. */
export declare const parsed: <Thing>(text: string | null, otherwise: Thing) => Thing;
