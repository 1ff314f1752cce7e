/** How a value is made harmless for the place it goes to, one function a place. */

/** `web` marks those of a whole URL: where nothing is left there, it is "#". */
export interface Escape { (value: string): string; web?: boolean }

const percent = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
const seen = (value: string): string => value.replace(/[\0- ]/g, "");

/** Tell whether a URL is http, https or relative, as browsers read it. */
export const isWeb = (value: string): boolean => /^(https?:|[^:]*$|[^:]*[/?#\\])/i.test(seen(value));

export const text: Escape = (value) => value.replace(/[\0-\x08\x0b-\x1f]/g, "");
export const part: Escape = (value) => encodeURIComponent(value).replace(/[!'()*]/g, percent);
export const url: Escape = (value) => isWeb(value)
  ? encodeURI(seen(value)).replace(/'/g, "%27").replace(/%5B/g, "[").replace(/%5D/g, "]").replace(/%25/g, "%") : "";
url.web = true;
