/** JSON in the author's own markup: a `<template>` whose placeholders are filled from `content.*`. */
import type { Content } from "./types";
/** Return the template with its placeholders filled; one that cannot be taken is an error. */
export declare const rendered: (template: HTMLTemplateElement, content: Content) => Node;
