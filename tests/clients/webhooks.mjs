// Verifies deliveries with the Standard Webhooks library: a JSON list of {headers, body} and a secret in.
import { Webhook } from "standardwebhooks";

const [secret, deliveries] = process.argv.slice(2);
const judge = new Webhook(secret);
const told = JSON.parse(deliveries).map(({ headers, body }) => {
  try {
    return judge.verify(body, headers);
  } catch (fault) {
    return { refused: fault.message };
  }
});
console.log(JSON.stringify(told));
