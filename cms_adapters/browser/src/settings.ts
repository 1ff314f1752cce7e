/** What the site says about itself, set once at the start. */

import type { Settings } from "./types";

export const settings: Settings & { preview: string } = { key: "", host: "", consent: "ask", token: "", preview: "" };
