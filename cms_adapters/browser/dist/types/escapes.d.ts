/** How a value is made harmless for the place it goes to, one function a place. */
/** `web` marks those of a whole URL: where nothing is left there, it is "#". */
export interface Escape {
    (value: string): string;
    web?: boolean;
}
/** Tell whether a URL is http, https or relative, as browsers read it. */
export declare const isWeb: (value: string) => boolean;
export declare const text: Escape;
export declare const part: Escape;
export declare const url: Escape;
