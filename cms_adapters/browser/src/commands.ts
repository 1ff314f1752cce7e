/** What a page can say: Segment's verbs, consent, and asking anew. */

import { keep, may } from "./consent";
import { place } from "./context";
import { anonymousId, forget, userId } from "./ids";
import { clear, enqueue, flush, post, track } from "./queue";
import { settings } from "./settings";
import { lasting } from "./store";
import type { Fields, Purposes } from "./types";

const isText = (value: unknown): value is string => typeof value === "string";

/** Return the calls; `again` begins anew with whoever it is now, `end` ends all that is personal. */
export const commands = (again: () => Promise<void>, end: () => void, scan: () => Promise<void>) => ({
  track,
  /** A name, or a category and a name, and properties, as in Segment's clients. */
  page: (...given: (string | Fields)[]): void => {
    const [name = document.title, category] = given.filter(isText).reverse();
    enqueue("page", { name, category, properties: { ...place(), ...given.find((one): one is Fields => !isText(one)) } });
  },
  identify: (user?: string | Fields | null, traits?: Fields): void => {
    if (isText(user)) { if (may("analytics")) lasting("user", user); }
    else traits ??= user ?? {};
    enqueue("identify", { traits });
  },
  group: (groupId: string, traits?: Fields): void => enqueue("group", { groupId, traits }),
  alias: (user: string, previousId = userId() ?? anonymousId()): void => enqueue("alias", { userId: user, previousId }),
  /** Somebody else may sit here now: a new id, and everything is asked anew. */
  reset: (): Promise<void> => {
    forget();
    return again();
  },
  /** Speak for a user with a token of the site's own server. */
  token: (token: string): Promise<void> => {
    settings.token = token;
    return again();
  },
  consent: (purposes: Purposes): Promise<void> | void => {
    const known = lasting("anonymous");
    const yes = keep(purposes);
    if (!may("analytics")) clear();
    /* After a no, nothing but the no is still to be said. */
    if (yes || known) post("track", { event: `Consent ${yes ? "Given" : "Withdrawn"}`, context: { consent: { categoryPreferences: purposes } } });
    void flush();
    if (!yes) forget();
    if (may("personalization")) return again();
    forget("slots");
    end();
  },
  decide: scan,
});
