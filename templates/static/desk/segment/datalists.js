/** The names that fields offer: attributes, properties, events, segments, zones and lengths of time. */

import { element } from "../sheet/dom.js";
import { lengths } from "./values.js";

export function datalists(language, told) {
  const lists = {
    attributes: Object.entries(language.attributes("segment")),
    properties: Object.entries(language.attributes("where")),
    segments: Object.entries(told.vocabulary.segments).filter(([slug]) => slug !== told.slug),
    events: language.events.map((name) => [name, told.grammar.events[name]]),
    zones: ["visitor", "site", ...(Intl.supportedValuesOf?.("timeZone") ?? ["UTC"])].map((zone) => [zone, ""]),
  };
  return [lengths(), ...Object.entries(lists).map(([name, all]) => element("datalist", { id: `seg-${name}` }, ...all.map(([value, said]) => element("option", { value }, said ?? ""))))];
}
