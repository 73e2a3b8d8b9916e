#!/bin/bash
# The WHIP client whip-whep sends DELETE to the wrong server after a redirect: the session goes on where it is.
#
# Input: POST is redirected with 307 from a load balancer to an edge server, as RFC 9725 provides ("Load Balancing and
# Redirections"); the edge answers 201 with `Location: /session/1`.
# Expected: DELETE to the edge. A relative Location is resolved against the URI of the request that it answers (RFC
# 9110 §10.2.2), and after the redirect that is the edge's (§15.4). The client resolves it against the first URL.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error whip-whep@1.2.0 || exit 2
cp "$support/whip-server.mjs" .

cat >probe.mjs <<'PROBE'
import { WHIPClient } from "whip-whep/whip.js";
import { PeerConnection, sdp, startServer } from "./whip-server.mjs";

const edge = await startServer((method) =>
  method === "POST" ? [201, { "Content-Type": "application/sdp", Location: "/session/1" }, sdp] : [200],
);
const balancer = await startServer((method) => (method === "POST" ? [307, { Location: `${edge.url}/whip` }] : [404]));

const client = new WHIPClient();
await client.publish(new PeerConnection(), `${balancer.url}/whip`, "token");
const session = client.resourceURL.href;
await client.stop();

console.log("whip-whep 1.2.0");
console.log(`load balancer: ${balancer.requests.join(", ")}`);
console.log(`edge server:   ${edge.requests.join(", ")}   (expected: POST /whip, DELETE /session/1)`);
console.log(`session URL:   ${session}   (expected: ${edge.url}/session/1)`);
const still = session === `${balancer.url}/session/1` && balancer.requests.includes("DELETE /session/1");
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
