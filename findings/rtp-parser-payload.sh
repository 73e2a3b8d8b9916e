#!/bin/bash
# rtp-parser returns the header extension and the padding of an RTP packet as media, and other CSRCs than it has.
#
# Input: a packet with two CSRCs, 3 and 4, one extension of a word, four octets of media and four of padding; as a
# control, the same media without the three.
# Expected: the CSRCs 3 and 4, and the four octets of media. The bits CC, X and P of the header tell of each (RFC 3550
# §5.1, §5.3.1), and the parser returns all three bits rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error rtp-parser@1.0.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { parseRtpPacket } = createRequire(import.meta.url)("rtp-parser");
/** Payload type 96, sequence number 1, timestamp 1, SSRC 2. */
const fixed = "600001" + "00000001" + "00000002";
const csrcs = "00000003" + "00000004";
const extension = "bede0001" + "10aa0000";
const media = "05060708";
const padding = "00000004";

console.log("rtp-parser 1.0.0");
const read = (name, hex, expected) => {
  const { csrcCount, extension, padding, csrc, payload } = parseRtpPacket(Buffer.from(hex, "hex"));
  const seen = `CSRCs ${csrc.join(" and ") || "none"}, media ${payload.toString("hex")}`;
  console.log(`${name} (CC=${csrcCount}, X=${extension}, P=${padding}): ${seen}   (expected: ${expected})`);
  return seen;
};
const plain = read("plain", `80${fixed}${media}`, `CSRCs none, media ${media}`);
const full = read("full", `b2${fixed}${csrcs}${extension}${media}${padding}`, `CSRCs 3 and 4, media ${media}`);
const still = plain === `CSRCs none, media ${media}` && full.endsWith(`media ${extension}${media}${padding}`);
console.log(still ? "still so: 16 octets are taken for media" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
