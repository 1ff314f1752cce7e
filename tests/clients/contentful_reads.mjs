// Reads a delivery API with Contentful's own client: every entry by a sync, and one in all its locales.
import { createClient } from "contentful";

const [host, space, accessToken, id] = process.argv.slice(2);
const client = createClient({ space, accessToken, host, insecure: true, retryOnError: false });
const synced = await client.sync({ initial: true, type: "Entry" });
const one = await client.withAllLocales.getEntry(id);
const told = ({ sys, fields }) => ({ id: sys.id, kind: sys.contentType.sys.id, updatedAt: sys.updatedAt, fields });
const entries = synced.entries.map(told);
console.log(JSON.stringify({ entries, one: told(one), token: synced.nextSyncToken }));
