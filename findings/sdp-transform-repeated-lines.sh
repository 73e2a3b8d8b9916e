#!/bin/bash
# sdp-transform keeps only the last of several lines that SDP allows to be repeated, without a trace in `invalid`.
#
# Input: one media description with two certificate fingerprints (RFC 8122 §5 allows several, of different hash
# functions), RFC 8866 §5.7's three multicast addresses of a layered stream, and a session with two times (§5.9, t=
# with r= each).
# Expected: `write` is the inverse of `parse`, as the library's README says. A peer that only knows the first hash
# function cannot verify the certificate any more; two of three layers, and one of two times, are gone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sdp-transform@3.0.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { parse, write } = createRequire(import.meta.url)("sdp-transform");
const session = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-"];
const time = ["t=0 0"];
const media = ["m=audio 9 RTP/AVP 0"];
const cases = {
  fingerprint: [...session, ...time, ...media, "a=fingerprint:sha-256 6B:8B", "a=fingerprint:sha-1 4A:AD"],
  "c=": [...session, ...time, ...media, ...[1, 2, 3].map((layer) => `c=IN IP4 233.252.0.${layer}/127`)],
  "t=": [...session, "t=3034423619 3042462419", "r=604800 3600 0", "t=3034509019 3042548419", "r=7d 1h 0", ...media],
};

console.log("sdp-transform 3.0.0");
let still = true;
for (const [name, lines] of Object.entries(cases)) {
  const parsed = parse([...lines, ""].join("\r\n"));
  const written = new Set(write(parsed).split("\r\n"));
  const lost = lines.filter((line) => !written.has(line));
  const reported = [...(parsed.invalid ?? []), ...(parsed.media[0].invalid ?? [])];
  console.log(`${name.padEnd(12)} lost: ${JSON.stringify(lost)}   (invalid: ${JSON.stringify(reported)})`);
  still &&= lost.length > 0 && reported.length === 0;
}
console.log(still ? "still so: expected no line to be lost" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
