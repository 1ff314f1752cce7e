/** The page of a variant: placeholders while one writes, the preview as one writes, nothing lost. */

import { calm } from "../sheet/asking.js";
import { element, filled } from "../sheet/dom.js";
import { put } from "./completion.js";
import { Kept } from "./kept.js";
import { offers } from "./offers.js";

const told = JSON.parse(document.querySelector("#variant-told").textContent);
const form = document.querySelector("#var-form");
const box = document.querySelector("#var-said");
const shown = document.querySelector("#var-shown");
const state = document.querySelector("#var-state");
const aloud = document.querySelector("#var-said-aloud");
const theirs = document.querySelector("#var-theirs");
const kept = new Kept(told, box, Boolean(theirs ?? document.querySelector("#var-fault")));
const say = (words) => (aloud.textContent = words);
let asking = null;

/** Ask how it would look; the newest question counts. */
async function look() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(told.show, { method: "POST", body: new FormData(form), signal: asking.signal });
    draw(answer.ok ? await answer.json() : { fault: `${answer.status}` });
  } catch (fault) {
    if (fault.name !== "AbortError") draw({ fault: told.words.away });
  }
}

function draw(found) {
  document.querySelector("#var-shown-fault").textContent = found.fault ?? "";
  if (found.fault) return;
  if (shown.tagName === "IFRAME") shown.srcdoc = found.document;
  else shown.textContent = found.text;
  const values = found.values.flatMap(({ path, value, known }) => [element("dt", {}, element("code", {}, path)), element("dd", {}, known ? value : told.words.unknown)]);
  document.querySelector("#var-values").replaceChildren(...values);
  document.querySelector("#var-same").hidden = values.length > 0;
}

const soon = calm(look, 300);

function changed() {
  if (state) state.textContent = kept.unsaved ? told.words.unsaved : "";
  kept.soon();
  soon();
}

/** Put a placeholder where the cursor stands. */
function insert() {
  const path = document.querySelector("#var-path").value.trim();
  if (!path) return document.querySelector("#var-path").focus();
  const made = put(box.value, box.selectionStart, box.selectionEnd, path, document.querySelector("#var-default").value);
  box.value = made.text;
  box.focus();
  box.setSelectionRange(made.to, made.to);
  say(filled(told.words.inserted, { path }));
  changed();
}

/** Take a text back that was written on an earlier page. */
function restored(text) {
  box.value = text;
  box.focus();
  changed();
}

if (!box.readOnly) {
  document.querySelector("#var-names").append(...told.names.map(({ path, type }) => element("option", { value: path }, type)));
  document.querySelector("#var-placing").hidden = false;
  document.querySelector("#var-insert").addEventListener("click", insert);
  offers(box, told, say, changed);
  box.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "show") {
      event.preventDefault();
      look();
    } else kept.sent();
  });
  theirs?.addEventListener("click", () => kept.forget());
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  kept.offer(document.querySelector("#var-asked"), restored);
}
for (const name of ["by", "name", "test"]) form.elements[name].addEventListener("change", look);
