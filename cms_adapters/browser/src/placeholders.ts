/** Personal words in a text: `{{ path | default:"..." }}` and nothing more, as the server reads them. */

import { isWeb, part, text, url } from "./escapes";
import type { Escape } from "./escapes";

export interface Hole { path: string; instead: string; escape: Escape }
export type Part = string | Hole;
/** Says how each hole of a kind of text is escaped, or refuses it. */
export type Placer = (parts: Part[]) => void;

const HOLE = /\{\{[ \t\r\n]*([^|{}"'<>& \t\r\n]+)[ \t\r\n]*(?:\|[ \t\r\n]*default[ \t\r\n]*:[ \t\r\n]*("(?:\\[^]|[^\\"])*"|'(?:\\[^]|[^\\'])*')[ \t\r\n]*)?\}\}/y;
/** Stands for a value while one looks at where it goes. */
export const GAP = "\ufffc";
const URLS = /^(href|src|action|formaction|poster|cite|background|longdesc|data)$/;
const NEVER = /^(on.*|style|srcdoc|srcset|imagesrcset|ping|xmlns|id|name)$/;
const NOWHERE = /^(script|style|base|meta|link|object|embed|applet|i?frame|animate|set|param)$/;

/** Return the error of a template that cannot be taken: `code` is path, placeholder, place or scheme. */
export const refusal = (code: string, about = ""): Error => Object.assign(Error(`${code} ${about}`), { code });

/** Return the template a text is; the prefixes are the paths that may be shown, each with its last dot. */
export const parse = (source: string, place: Placer, ...prefixes: string[]): Part[] => {
  const parts: Part[] = [];
  let at = 0;
  for (let start; (start = source.indexOf("{{", at)) >= 0; at = HOLE.lastIndex) {
    if (start > at) parts.push(source.slice(at, start));
    HOLE.lastIndex = start;
    const [, path, quoted = "''"] = HOLE.exec(source) ?? [];
    if (!path) throw refusal("placeholder");
    if (!prefixes.some((prefix) => path.startsWith(prefix))) throw refusal("path", path);
    parts.push({ path, instead: quoted.slice(1, -1).replace(/\\([^])/g, "$1"), escape: text });
  }
  if (at < source.length) parts.push(source.slice(at));
  place(parts);
  return parts;
};

/** Return the text with every hole filled; unknown and empty values give the default. */
export const render = (parts: Part[], get: (path: string) => unknown): string => parts.map((one) => {
  if (typeof one === "string") return one;
  const { escape, instead, path } = one;
  return escape(word(get(path))) || escape(instead) || (escape.web ? "#" : "");
}).join("");

const word = (value: unknown): string => {
  if (Number.isInteger(value)) return `${BigInt(value as number)}`;
  return /number|boolean|string/.test(typeof value) ? `${value}`.replace(/\p{Cs}/gu, "?") : "";
};

/** Return the text with a gap for each hole. */
export const sketch = (parts: Part[]): string => parts.map((one) => (typeof one === "string" ? one : GAP)).join("");

/** Check that no value of the holes can make another scheme of it than http and https. */
export const checkUrl = (value: string): void => {
  const head = value.trimStart();
  if (head[0] !== GAP) { if (!isWeb(head)) throw refusal("scheme", value); }
  else if (!/^.([/?#&]|$)/.test(head)) throw refusal("place", value);
};

export const inText: Placer = () => undefined;

export const inUrl: Placer = (parts) => {
  checkUrl(sketch(parts));
  parts.forEach((one, number) => { if (typeof one !== "string") one.escape = number ? part : url; });
};

/** Return how a value goes into an attribute of an element (text has no attribute). */
export const inside = (tag: string, attribute = ""): Placer => {
  const name = attribute.replace(/^.*:/, "");
  if (NOWHERE.test(tag) || NEVER.test(name)) throw refusal("place", `${tag} ${attribute}`);
  return URLS.test(name) ? inUrl : inText;
};
