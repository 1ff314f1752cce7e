// Sends what Segment's published node client sends, unmodified: host and write key as arguments.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const client = new Analytics({ host, writeKey, flushAt: 5 });
const failed = [];
client.on("error", (error) => failed.push(String(error.reason ?? error)));
client.identify({ userId: "ada", traits: { plan: "pro" } });
client.track({ userId: "ada", event: "Order Completed", properties: { revenue: 9.5 } });
client.page({ anonymousId: "a", name: "Home", properties: { path: "/" } });
client.screen({ anonymousId: "a", name: "Start" });
client.group({ userId: "ada", groupId: "g1", traits: { size: 3 } });
client.alias({ userId: "ada", previousId: "a" });
for (let n = 0; n < 20; n++) client.track({ anonymousId: "a", event: "Seen", properties: { n } });
await client.closeAndFlush();
if (failed.length) throw new Error(failed.join("\n"));
