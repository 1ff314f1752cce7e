/** How a part of the capture says what it saw. */

export type Track = (event: string, properties: Record<string, unknown>) => void;

const LONGEST = 100;

/** Return a text as an event may hold it: in one line, and short. */
export const short = (text: string | null | undefined): string | undefined =>
  text?.replace(/\s+/g, " ").trim().slice(0, LONGEST) || undefined;

/** Return an address without its query and fragment: they may say who somebody is. */
export const bare = (address: string): string => address.replace(/[?#].*/, "");
