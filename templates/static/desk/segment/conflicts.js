/** Where two people changed the same of a segment: both versions side by side, and a choice for each. */

import { element } from "../sheet/dom.js";

export function conflicts(told, words, done) {
  const chosen = told.conflicts.map(() => "ours");
  const asked = told.conflicts.map((conflict, i) => {
    const choice = (side) => element("label", {}, element("input", { type: "radio", name: `conflict-${i}`, checked: side === "ours", onchange: () => (chosen[i] = side) }), " ", element("strong", {}, words[side]), ": ", element("code", {}, JSON.stringify(conflict[side])));
    return element("fieldset", { class: "sheet-conflict" }, element("legend", {}, words[`part_${conflict.part}`]), choice("ours"), choice("theirs"));
  });
  const settled = () => Object.fromEntries(["condition", "stability"].map((part) => { const at = told.conflicts.findIndex((one) => one.part === part); return [part, at < 0 ? told[part] : told.conflicts[at][chosen[at]]]; }));
  const button = element("button", { type: "button", class: "desk-button", onclick: () => done(settled()) }, "OK");
  return element("div", { class: "desk-card", role: "alertdialog", "aria-label": words.conflicts }, element("p", {}, words.conflicts), ...asked, button);
}
