// Evaluates slots with the published OpenFeature server provider, unmodified; prints what it got.
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";

const [baseUrl, key, targetingKey, context] = process.argv.slice(2);
const headers = [["Authorization", `Bearer ${key}`]];
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers }));
const client = OpenFeature.getClient();
const asked = { targetingKey, ...JSON.parse(context) };
const own = { variant: "own" };
const told = [];
for (const flag of ["slot.hero", "slot.nowhere"])
  told.push(await client.getObjectDetails(flag, own, asked));
console.log(JSON.stringify(told));
await OpenFeature.close();
