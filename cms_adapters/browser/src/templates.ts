/** JSON in the author's own markup: a `<template>` whose placeholders are filled from `content.*`. */

import { inside, parse, render } from "./placeholders";
import type { Content } from "./types";

/** Return the template with its placeholders filled; one that cannot be taken is an error. */
export const rendered = (template: HTMLTemplateElement, content: Content): Node => {
  const piece = template.content.cloneNode(true);
  const get = (path: string): unknown => path.split(".").slice(1).reduce<unknown>(
    (value, name) => (value && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : ""), content[content.type]);
  const put = (node: Text | Attr, element: Element, name?: string): void => {
    if (node.nodeValue!.includes("{{")) node.nodeValue = render(parse(node.nodeValue!, inside(element.localName, name), "content."), get);
  };
  const walker = document.createTreeWalker(piece, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    if (node instanceof Text) put(node, node.parentElement ?? template);
    else for (const attribute of (node as Element).attributes) put(attribute, node as Element, attribute.name);
  }
  return piece;
};
