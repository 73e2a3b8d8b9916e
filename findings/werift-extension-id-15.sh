#!/bin/bash
# werift-rtp takes the rest of a header extension for media when an element with id 15 ends it.
#
# Input: an RTP packet whose one-byte header extension has an element with id 1, one with id 15, and more bytes;
# payload ffee.
# Expected: one extension element and the payload ffee. At id 15 the processing of the extension terminates and what
# follows in it is ignored (RFC 8285 §4.2); the extension's length in 32-bit words says where the payload begins (RFC
# 3550 §5.3.1).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error werift-rtp@0.8.9 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { RtpPacket } = createRequire(import.meta.url)("werift-rtp");
const packet = (extension) => Buffer.from(`9060000100000001000000aa${extension}ffee`, "hex");
const cases = { "without id 15": packet("bede000210aa21bbcc000000"), "with id 15": packet("bede000210aaf0bb21ccdd00") };

console.log("werift-rtp 0.8.9");
const payloads = Object.entries(cases).map(([name, data]) => {
  const { header, payload } = RtpPacket.deSerialize(data);
  const elements = header.extensions.map(({ id, payload }) => `${id}=${payload.toString("hex")}`).join(" ");
  console.log(`${name}: ${data.toString("hex")}\n  elements ${elements}, payload ${payload.toString("hex")} (expected: ffee)`);
  return payload.toString("hex");
});
const still = payloads[0] === "ffee" && payloads[1] === "bb21ccdd00ffee";
console.log(still ? "still so: five bytes of the extension are taken for media" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
