/** What the package gives: `start`, the placeholders, and the types of the wire. */

import { inText, inUrl } from "./placeholders";
import { start as begin } from "./start";
import { inHtml, inJson } from "./texts";
import type { Settings } from "./types";

export { parse, render } from "./placeholders";
export type { Answer, Content, Decision, Purposes, Settings, Swap, Told } from "./types";

/** How a placeholder is escaped, by the kind of text it stands in. */
export const placers = { html: inHtml, json: inJson, text: inText, url: inUrl };

/** Begin on this page, once: asks about its slots, listens, and sends what it is told. */
export const start = (settings: Partial<Settings> & { key: string; host: string }) => begin(settings, []);
