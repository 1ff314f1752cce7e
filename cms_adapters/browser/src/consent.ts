/** What the visitor allows: nothing until told, and nothing at all with Global Privacy Control. */

import { settings } from "./settings";
import { lasting } from "./store";
import type { Purposes } from "./types";

export type Purpose = "analytics" | "personalization";
const EVERY: Purpose[] = ["analytics", "personalization"];

/** Return whether the browser says no for its user: that wins over whatever the page says. */
export const refused = (): unknown => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;

/** Return whether something may be done now. */
export const may = (purpose: Purpose): boolean => {
  const word = lasting("consent") ?? settings.consent;
  return !refused() && (word === "granted" || word.split(" ").includes(purpose));
};

/** Return what the visitor said here, as the server reads it; nothing where nobody asked. */
export const said = (): Purposes | undefined => (lasting("consent") === null ? undefined : Object.fromEntries(EVERY.map((one) => [one, may(one)])));

/** Keep what the visitor said; return whether anything is allowed. */
export const keep = (purposes: Purposes): boolean =>
  lasting("consent", EVERY.filter((one) => purposes[one] ?? may(one)).join(" ") || "denied") !== "denied" && !refused();
