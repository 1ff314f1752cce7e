/** The one door through which HTML enters the page: the Trusted Types policy `personalize`. */
/** Return a piece of HTML, which the server has cleaned, as the page may take it. */
export declare const trusted: (html: string) => string;
