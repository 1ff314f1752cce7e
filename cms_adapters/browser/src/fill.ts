/** How a decision gets into an element, and how what the author wrote gets back. */

import { trusted } from "./trusted";
import type { Decision } from "./types";

/** What the author wrote: it is the fallback. */
interface Own { nodes: ChildNode[]; template: HTMLTemplateElement | null; url: string | null }
const owned = new WeakMap<Element, Own>();

/** Return the attribute that holds what the element points to. */
const pointer = (element: Element): string => ("src" in element ? "src" : "href");

const own = (element: Element): Own => {
  let kept = owned.get(element);
  if (!kept) {
    kept = {
      nodes: [...element.childNodes], template: element.querySelector("template"), url: element.getAttribute(pointer(element)),
    };
    owned.set(element, kept);
  }
  return kept;
};

/** Put back what the author wrote. */
export const restore = (element: Element): void => {
  const { nodes, url } = own(element);
  element.replaceChildren(...nodes);
  if (url !== null) element.setAttribute(pointer(element), url);
};

/** Show what was decided; what cannot be shown leaves the author's words. */
export const fill = async (element: Element, decision: Decision): Promise<void> => {
  const { template } = own(element);
  const contents = (decision.items ?? [decision]).flatMap(({ content }) => content ?? []);
  const [first] = contents;
  if (!first) restore(element);
  else if (template) {
    const { rendered } = await import("./templates");
    element.replaceChildren(...contents.map((content) => rendered(template, content)));
  }
  else if (first.html) element.innerHTML = trusted(contents.map(({ html }) => html).join(""));
  else if (first.type === "url") element.setAttribute(pointer(element), first.url!);
  else if (first.type !== "json") element.textContent = contents.map(({ text }) => text).join("\n");
};
