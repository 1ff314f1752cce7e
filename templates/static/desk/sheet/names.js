/** Names nobody chooses: random, also on a page without TLS, where browsers have no randomUUID. */

/** Return sixteen hexadecimal digits. */
export const named = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
