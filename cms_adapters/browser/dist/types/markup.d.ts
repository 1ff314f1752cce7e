/** Where in a piece of HTML the placeholders stand: in text, in a quoted attribute, or where none may be. */
/** A place for a value: text has no attribute; `before` is what the attribute holds in front of it. */
export interface Place {
    tag: string;
    attribute: string;
    before: string;
    whole: string;
}
/** Return the place of each offset, nothing for one where a value could break out. */
export declare function places(html: string, offsets: number[]): (Place | undefined)[];
