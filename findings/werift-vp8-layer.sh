#!/bin/bash
# werift-rtp takes the layer octet of a VP8 packet for the picture when the packet has no TL0PICIDX.
#
# Input: the first packet of a key frame whose descriptor has T=1, L=0 and K=0, so one octet with the temporal layer; as
# a control, the same without extension octets.
# Expected: the same frame. The octet with TID, Y and KEYIDX is there if T or K is 1 (RFC 7741 §4.2); L tells of
# TL0PICIDX alone. The code looks for L or K, so the frame begins with a foreign octet.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error werift-rtp@0.8.9 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { Vp8RtpPayload } = createRequire(import.meta.url)("werift-rtp");
/** The begin of a VP8 key frame: frame tag, start code 9d 01 2a, width and height (RFC 6386 §9.1). */
const frame = Buffer.from("1002009d012a40010f00", "hex");
const descriptors = {
  "S=1, no extension": [0x10],
  "S=1, T=1, TID 1": [0x90, 0x20, 0b01000000],
  "S=1, T=1 and K=1": [0x90, 0x30, 0b01000001],
};

console.log("werift-rtp 0.8.9");
const expected = frame.toString("hex");
const [plain, layer, both] = Object.entries(descriptors).map(([name, descriptor]) => {
  const { payload } = Vp8RtpPayload.deSerialize(Buffer.concat([Buffer.from(descriptor), frame]));
  console.log(`${name}: ${payload.toString("hex")}   (expected: ${expected})`);
  return payload.toString("hex");
});
const still = plain === expected && both === expected && layer === `40${expected}`;
console.log(still ? "still so: the layer octet is in the picture" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
