/** Who the visitor is to the server: a random id of this browser, and the user it was told. */
/** Return a random UUID (version 4), also on a page without TLS, where browsers have no `randomUUID`. */
export declare const uuid: () => string;
/** Return the browser's id, made when first asked for. */
export declare const anonymousId: () => string;
/** Return the user's id as the page told it, or nothing. */
export declare const userId: () => string | null;
/** Forget who it is, and what was to stay as it was seen. */
export declare const forget: (...names: string[]) => void;
