/** How a part of the capture says what it saw. */
export type Track = (event: string, properties: Record<string, unknown>) => void;
/** Return a text as an event may hold it: in one line, and short. */
export declare const short: (text: string | null | undefined) => string | undefined;
/** Return an address without its query and fragment: they may say who somebody is. */
export declare const bare: (address: string) => string;
