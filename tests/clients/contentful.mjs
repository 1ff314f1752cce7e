// Signs requests with Contentful's own toolkit: a JSON list of {path, body, headers} and a secret in.
import { signRequest } from "@contentful/node-apps-toolkit";

const [secret, requests, at] = process.argv.slice(2);
const signed = JSON.parse(requests).map(({ path, body, headers }) => {
  const request = { method: "POST", path, body, headers };
  return { ...headers, ...signRequest(secret, request, Number(at)) };
});
console.log(JSON.stringify(signed));
