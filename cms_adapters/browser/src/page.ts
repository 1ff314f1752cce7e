/** The script of a page: reads its own tag, takes what was said before it came, and begins. */

import { start } from "./start";

const page = window as { pz?: unknown };
const tag = document.querySelector<HTMLScriptElement>("script[data-personalize-key]")!;
const said = (name: string): string => tag.getAttribute(`data-personalize-${name}`) ?? "";

const begin = (): void => {
  /* Who includes the script twice gets one client. */
  if (page.pz && !Array.isArray(page.pz)) return;
  customElements.define("personalized-slot", class extends HTMLElement {});
  page.pz = start({
    key: said("key"), host: said("host") || new URL(tag.src).origin, consent: said("consent"), token: said("token"),
  }, page.pz);
};

/* A page that is still being read may not have its slots yet. */
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
