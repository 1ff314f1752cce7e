/** The opt-in script that notes by itself what visitors do, as events of the page's client. */

import { clicks } from "./clicks";
import { layer } from "./layer";
import { dwell } from "./dwell";
import { forms } from "./forms";
import { scroll } from "./scroll";
import type { Track } from "./track";

const KINDS = { clicks, forms, scroll, dwell, datalayer: layer };
const page = window as { pz?: { push(call: unknown[]): unknown }; pzCaptures?: boolean };
const tag = document.querySelector<HTMLScriptElement>("script[data-personalize-capture]");
const wanted = tag?.dataset.personalizeCapture || "clicks forms scroll dwell";

/* Consent is the client's affair: what the visitor does not allow is dropped there. */
const track: Track = (event, properties) => void (page.pz ??= []).push(["track", event, properties]);

if (!page.pzCaptures) {
  page.pzCaptures = true;
  for (const [name, begin] of Object.entries(KINDS)) if (wanted.split(" ").includes(name)) begin(track);
}
