#!/bin/bash
# werift-rtp and rtp.js read a NACK around the end of the sequence numbers as a request for packets 65536, 65537 and so
# on; and rtp.js cannot make one for the packets 9 and 10.
#
# Input: a generic NACK with PID 65534 and the bits of the next three packets, and as a control one with PID 10; the
# numbers 9 and 10 for rtp.js to write, and as a control 10 and 11.
# Expected: 65534, 65535, 0, 1. A bit i of BLP means the packet PID+i "(modulo 2^16)" (RFC 4585 §6.2.1), and an RTP
# sequence number has 16 bits (RFC 3550 §5.1). A sender has no packet 65536: it sends nothing again. For 9 and 10, PID 9
# and bit 0; rtp.js sorts the numbers as text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error werift-rtp@0.8.9 rtp.js@0.15.5 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";
import { packets } from "rtp.js";

const { RtcpPacketConverter } = createRequire(import.meta.url)("werift-rtp");

/** A generic NACK with this PID and the next three packets. */
const nack = (pid) => Buffer.from([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, pid >> 8, pid & 255, 0, 0b111]);
const readers = {
  "werift-rtp 0.8.9": (packet) => RtcpPacketConverter.deSerialize(packet)[0].feedback.lost,
  "rtp.js 0.15.5": (packet) => {
    const view = new DataView(Uint8Array.from(packet).buffer);
    return new packets.NackPacket(view).getItems().flatMap(({ pid, bitmask }) => packets.parseNackItem(pid, bitmask));
  },
};

let still = true;
for (const [name, read] of Object.entries(readers)) {
  for (const pid of [10, 65534]) {
    const lost = read(nack(pid)).join(", ");
    console.log(`${name}, PID ${pid}: ${lost}   (expected: ${[0, 1, 2, 3].map((bit) => (pid + bit) % 65536).join(", ")})`);
    still &&= lost === [0, 1, 2, 3].map((bit) => pid + bit).join(", ");
  }
}
const [control, nine] = [[10, 11], [9, 10]].map((numbers) => {
  let made;
  try {
    made = JSON.stringify(packets.createNackItem(numbers));
  } catch (error) {
    made = error.message;
  }
  console.log(`rtp.js 0.15.5, for ${numbers}: ${made}   (expected: ${JSON.stringify({ pid: numbers[0], bitmask: 1 })})`);
  return made;
});
still &&= control === '{"pid":10,"bitmask":1}' && nine.startsWith("cannot create");
console.log(still ? "still so: the numbers go on after 65535, and 10 comes before 9" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
