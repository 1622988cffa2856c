// One request with Node's fetch: node segment.mjs PICTURE CLASS…
// Prints each segment's class and area. SILHOUETTE_URL says where, SILHOUETTE_TOKEN who asks.
import { openAsBlob } from "node:fs";

const [picture, ...classes] = process.argv.slice(2);
const { SILHOUETTE_URL: url = "http://127.0.0.1:8080", SILHOUETTE_TOKEN: token } = process.env;

const form = new FormData();
form.append("image", await openAsBlob(picture), "picture");
for (const name of classes) form.append("classes", name);

const response = await fetch(`${url}/v1/segment`, {
  method: "POST",
  body: form,
  headers: token ? { Authorization: `Bearer ${token}` } : {},
  signal: AbortSignal.timeout(60_000),
});
const answer = await response.json();
if (!response.ok) {
  console.error(`${response.status}: ${answer.detail}`);
  process.exit(1);
}
for (const segment of answer.segments) console.log(segment.class, segment.area);
