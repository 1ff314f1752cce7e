/** Where the visitor is: what every event and every question says about the page. */

import { said } from "./consent";
import { settings } from "./settings";
import { passing } from "./store";
import type { Fields } from "./types";

/** Return the preview's token: from the page's address, then for as long as the tab lives. */
export const previewed = (): string => {
  const given = new URLSearchParams(location.search).get("pz_preview");
  return (given === null ? passing("preview") : passing("preview", given || null)) || "";
};

/** Return the language the page is written in, or else the visitor's. */
export const locale = (): string => document.documentElement.lang || navigator.language;

/** Return what page it is. */
export const place = (): Fields => {
  const { pathname: path, href: url } = location;
  const { title, referrer } = document;
  return { path, url, title, referrer };
};

export const context = (): Fields => {
  const { width, height } = screen;
  const campaign: Fields = {};
  new URLSearchParams(location.search).forEach((value, name) => { if (name.startsWith("utm_")) campaign[name.slice(4)] = value; });
  const categoryPreferences = said();
  return {
    page: place(),
    campaign,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width, height },
    ...(categoryPreferences && { consent: { categoryPreferences } }),
    ...(settings.preview && { preview: true }),
  };
};
