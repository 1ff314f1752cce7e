/** The list of attributes below the text while a placeholder is being written. */

import { element, filled } from "../sheet/dom.js";
import { begun, fitting, put } from "./completion.js";

/** Offer names to a text box; ``changed`` is called when one was taken. */
export function offers(box, { names, words }, say, changed) {
  const mount = document.querySelector("#var-offers");
  const list = element("ul", { class: "var-offers", role: "listbox", id: "var-offered", "aria-label": "{{ }}" });
  let found = [], at = 0;

  function close() {
    found = [];
    mount.replaceChildren();
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
  }
  function draw() {
    list.replaceChildren(...found.map((one, i) => element("li", { role: "option", id: `var-offer-${i}`, "aria-selected": String(i === at), onmousedown: (event) => { event.preventDefault(); take(i); } }, one.path, " ", element("small", {}, one.type))));
    mount.replaceChildren(list);
    box.setAttribute("aria-controls", list.id);
    box.setAttribute("aria-activedescendant", `var-offer-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  function look() {
    const open = begun(box.value, box.selectionStart);
    const before = found.length;
    found = open ? fitting(names, open.typed) : [];
    at = 0;
    if (!found.length) return close();
    draw();
    if (found.length !== before) say(filled(words.offered, { count: found.length }));
  }
  function take(i) {
    const open = begun(box.value, box.selectionStart);
    if (!open) return close();
    const made = put(box.value, open.start, box.selectionStart, found[i].path);
    box.value = made.text;
    say(filled(words.inserted, { path: found[i].path }));
    close();
    box.focus();
    box.setSelectionRange(made.from, made.to);
    changed();
  }
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  box.setAttribute("aria-autocomplete", "list");
  box.addEventListener("input", look);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (!found.length) return;
    if (event.key in moves) at = (at + moves[event.key] + found.length) % found.length;
    else if (event.key === "Enter" || event.key === "Tab") take(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    if (found.length) draw();
  });
}
