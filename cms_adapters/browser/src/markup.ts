/** Where in a piece of HTML the placeholders stand: in text, in a quoted attribute, or where none may be. */

/** A place for a value: text has no attribute; `before` is what the attribute holds in front of it. */
export interface Place { tag: string; attribute: string; before: string; whole: string }

const TEXT: Place = { tag: "", attribute: "", before: "", whole: "" };
const BANG = /<!--[^]*?(?:--!?>|$)|<[!?][^>]*(?:>|$)/y;
const TAG = /<(\/?)([^\s/>]*)/y;
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:(["'])([^]*?)(?:\2|$)|[^\s>]*))?/y;
const RAW = /^(?:script|style|textarea|title|xmp|iframe|noembed|noframes)$/;

/** Return the place of each offset, nothing for one where a value could break out. */
export function places(html: string, offsets: number[]): (Place | undefined)[] {
  const found = new Map<number, Place>();
  const next = (pattern: RegExp, from: number): RegExpExecArray | null => {
    pattern.lastIndex = from;
    return pattern.exec(html);
  };
  const mark = (from: number, to: number, place: (offset: number) => Place): void => {
    for (const offset of offsets) if (offset >= from && offset < to) found.set(offset, place(offset));
  };
  const opens = /<(?=[a-z/!?])/gi;
  for (let at = 0; at <= html.length; ) {
    const open = next(opens, at)?.index ?? html.length;
    mark(at, open, (offset) => (html[offset - 1] === "<" ? undefined! : TEXT));
    if (open === html.length) break;
    if (next(BANG, open)) { at = BANG.lastIndex; continue; }
    const [start, closing, name] = next(TAG, open)!;
    const tag = name!.toLowerCase();
    at = open + start.length;
    for (let hit; (hit = next(ATTRIBUTE, at)); at = ATTRIBUTE.lastIndex) {
      const [all, attribute, quote, value] = hit;
      if (!quote) continue;
      const begin = at + all.indexOf(quote) + 1;
      mark(begin, begin + value!.length, (offset) =>
        ({ tag, attribute: attribute!.toLowerCase(), before: html.slice(begin, offset), whole: value! }));
    }
    at = html.indexOf(">", at) + 1 || html.length + 1;
    if (!closing && RAW.test(tag)) {
      const end = html.slice(at).search(new RegExp(`</${tag}`, "i"));
      at = end < 0 ? html.length + 1 : at + end;
    }
  }
  return offsets.map((offset) => found.get(offset));
}
