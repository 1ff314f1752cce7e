/** The offer to bring back what was not saved. */

import { element, filled } from "../sheet/dom.js";

export function offered(kept, words, answer) {
  const button = (name, yes, more = "") => element("button", { type: "button", class: `desk-button ${more}`, onclick: () => answer(yes) }, words[name]);
  return element("p", { class: "desk-card" }, filled(words.restore, { when: new Date(kept.when).toLocaleString() }), " ", button("restore_yes", true), " ", button("restore_no", false, "sheet-quiet"));
}
