/** The keys of the page, in a window of their own. */

import { element } from "./dom.js";

const KEYS = [
  ["\u2190 \u2191 \u2192 \u2193  Home  End  PgUp  PgDn", "key_go"], ["Shift + \u2191 \u2193", "key_select"], ["Shift+Space, Ctrl+Space, Ctrl+A", "key_whole"],
  ["Enter, F2", "key_edit"], ["\u2193", "key_panel"], ["Esc", "key_leave"], ["Delete", "key_any"], ["Alt+\u2191, Alt+\u2193", "key_move"],
  ["Ctrl+Enter", "key_add"], ["Ctrl+D", "key_double"], ["Ctrl+C, Ctrl+X, Ctrl+V", "key_clip"], ["Ctrl+Z, Ctrl+Y", "key_undo"],
  ["F8", "key_problem"], ["Ctrl+F", "key_find"], ["Ctrl+S", "key_save"], ["?", "key_help"],
];

/** Return a function that opens the window, or closes it. */
export function help(words) {
  const list = element("dl", { class: "sheet-keys" }, ...KEYS.flatMap(([keys, word]) => [element("dt", {}, element("kbd", {}, keys)), element("dd", {}, words[word])]));
  const close = element("button", { type: "button", class: "desk-button", onclick: () => dialog.close() }, words.close);
  const dialog = element("dialog", { class: "desk-card sheet-dialog", "aria-labelledby": "sheet-keys-title" }, element("h2", { id: "sheet-keys-title" }, words.keys), list, element("p", {}, words.cells_help), close);
  document.body.append(dialog);
  dialog.addEventListener("keydown", (event) => event.key === "?" && dialog.close());
  return () => {
    const from = document.activeElement;
    dialog.addEventListener("close", () => from?.focus?.(), { once: true });
    dialog.showModal();
  };
}
