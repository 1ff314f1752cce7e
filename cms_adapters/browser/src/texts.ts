/** Placeholders in whole pieces of HTML and JSON, as text: for pages that are put together outside a browser. */

import { text, url } from "./escapes";
import type { Escape } from "./escapes";
import { places } from "./markup";
import { checkUrl, inside, inUrl, refusal, sketch } from "./placeholders";
import type { Placer } from "./placeholders";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const SIGNS: Record<string, string> = { colon: ":", Tab: "\t", NewLine: "\n", amp: "&", quot: '"' };

const html: Escape = (value) => text(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
const address: Escape = (value) => html(url(value));
address.web = true;
/** For the inside of a JSON string, also one that stands in a script element. */
const json: Escape = (value) => JSON.stringify(value).slice(1, -1)
  .replace(/[<>&\x7f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

const decoded = (value: string): string => value.replace(/&(?:#(x?)([\da-f]+)|(\w+));?/gi, (all, hex: string, code: string, name: string) =>
  (name ? SIGNS[name] ?? all : String.fromCodePoint(parseInt(code, hex ? 16 : 10))));

export const inHtml: Placer = (parts) => {
  let length = 0;
  const offsets: number[] = [];
  for (const one of parts) {
    if (typeof one !== "string") offsets.push(length);
    length += typeof one === "string" ? one.length : 1;
  }
  const found = places(sketch(parts), offsets);
  for (const one of parts) {
    if (typeof one === "string") continue;
    const place = found.shift();
    if (!place) throw refusal("place", one.path);
    one.escape = html;
    if (inside(place.tag, place.attribute) !== inUrl) continue;
    checkUrl(decoded(place.whole));
    if (place.before) inUrl(["", one]);
    else one.escape = address;
  }
};

export const inJson: Placer = (parts) => {
  let quoted = false;
  let escaped = false;
  for (const one of parts) {
    if (typeof one !== "string") {
      if (!quoted || escaped) throw refusal("place", one.path);
      one.escape = json;
      continue;
    }
    for (const sign of one) {
      quoted = quoted !== (sign === '"' && !escaped);
      escaped = sign === "\\" && !escaped && quoted;
    }
  }
};
