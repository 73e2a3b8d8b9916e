#!/bin/bash
# werift-rtp reads a NACK around the end of the sequence numbers as a request for packets 65536, 65537 and so on.
#
# Input: a generic NACK with PID 65534 and the bits of the next three packets; as a control, one with PID 10.
# Expected: 65534, 65535, 0, 1. A bit i of BLP means the packet PID+i "(modulo 2^16)" (RFC 4585 §6.2.1), and an RTP
# sequence number has 16 bits (RFC 3550 §5.1). A sender has no packet 65536: it sends nothing again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error werift-rtp@0.8.9 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { RtcpPacketConverter } = createRequire(import.meta.url)("werift-rtp");

/** The lost packets of a NACK with this PID and the next three packets. */
function lostAfter(pid) {
  const packet = Buffer.from([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, pid >> 8, pid & 255, 0, 0b111]);
  return RtcpPacketConverter.deSerialize(packet)[0].feedback.lost;
}

console.log("werift-rtp 0.8.9");
const [middle, end] = [10, 65534].map((pid) => {
  const lost = lostAfter(pid).join(", ");
  console.log(`PID ${pid}: ${lost}   (expected: ${[0, 1, 2, 3].map((bit) => (pid + bit) % 65536).join(", ")})`);
  return lost;
});
const still = middle === "10, 11, 12, 13" && end === "65534, 65535, 65536, 65537";
console.log(still ? "still so: the numbers go on after 65535" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
