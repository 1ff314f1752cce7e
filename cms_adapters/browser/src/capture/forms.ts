/** Forms that were begun and sent: which, and how many fields, never what is in them. */

import { bare } from "./track";
import type { Track } from "./track";

const about = (form: HTMLFormElement): Record<string, unknown> => ({
  id: form.getAttribute("id") ?? undefined,
  name: form.getAttribute("name") ?? undefined,
  action: bare(new URL(form.getAttribute("action") ?? "", location.href).href),
  fields: form.elements.length,
});

export const forms = (track: Track): void => {
  const begun = new WeakSet<Element>();
  addEventListener("focusin", ({ target }) => {
    const form = (target as Element | null)?.closest?.("form");
    if (!form || begun.has(form) || form.closest("[data-pz-private]")) return;
    begun.add(form);
    track("Form Started", about(form));
  }, true);
  addEventListener("submit", ({ target }) => {
    const form = target as HTMLFormElement;
    if (!form.closest("[data-pz-private]")) track("Form Submitted", about(form));
  }, true);
};
