#!/bin/bash
# rtp.js refuses a source description when the SSRC of its second source begins with a zero octet.
#
# Input: SDES with two chunks, each with a CNAME; the second SSRC is 0x01020304 or 0x00020304.
# Expected: two chunks in both. After the items of a chunk null octets follow up to the next 32-bit boundary, and no
# further (RFC 3550 §6.5); an SSRC is a random number of 32 bits (§8.1), so one of 256 begins so. The code takes up to
# three more null octets from the next chunk.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error rtp.js@0.15.5 || exit 2

cat >probe.mjs <<'PROBE'
import { packets } from "rtp.js";

/** A chunk with a CNAME of five characters and the one null octet that its 12 octets need. */
const chunk = (ssrc) => [...ssrc, 1, 5, ...Buffer.from("bob@h"), 0];

function chunksOf(second) {
  const octets = [0x82, 202, 0, 6, ...chunk([9, 8, 7, 6]), ...chunk(second)];
  try {
    return `${new packets.SdesPacket(new DataView(Uint8Array.from(octets).buffer)).getChunks().length} chunks`;
  } catch (error) {
    return error.message;
  }
}

console.log("rtp.js 0.15.5");
const [control, zero] = [[1, 2, 3, 4], [0, 2, 3, 4]].map((ssrc) => {
  const seen = chunksOf(ssrc);
  console.log(`second SSRC 0x${Buffer.from(ssrc).toString("hex")}: ${seen}   (expected: 2 chunks)`);
  return seen;
});
const still = control === "2 chunks" && zero.includes("multiple of 4 bytes");
console.log(still ? "still so: the octet is taken for padding" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
