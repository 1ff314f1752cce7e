/** Who the visitor is to the server: a random id of this browser, and the user it was told. */

import { lasting, passing } from "./store";

/** Return a random UUID (version 4), also on a page without TLS, where browsers have no `randomUUID`. */
export const uuid = (): string => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (sign) =>
  (+sign ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+sign / 4)))).toString(16));

/** Return the browser's id, made when first asked for. */
export const anonymousId = (): string => lasting("anonymous") || lasting("anonymous", uuid())!;

/** Return the user's id as the page told it, or nothing. */
export const userId = (): string | null => lasting("user");

/** Forget who it is, and what was to stay as it was seen. */
export const forget = (...names: string[]): void => (names[0] ? names : ["user", "anonymous", "slots"]).forEach((name) => {
  lasting(name, null);
  passing(name, null);
});
