#!/bin/bash
# rtp.js reads the number of lost packets of a receiver report modulo 4096.
#
# Input: receiver reports with the cumulative number of packets lost 4095, 4096, 10000 and -1.
# Expected: these numbers. The field is a signed number of 24 bits (RFC 3550 §6.4.1, Appendix A.3), negative after
# duplicates. The code keeps 12 of the bits, with the mask 0x0fff.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error rtp.js@0.15.5 || exit 2

cat >probe.mjs <<'PROBE'
import { packets } from "rtp.js";

/** What rtp.js reads from a receiver report with this cumulative loss, written as RFC 3550 §6.4.1 says. */
function lostRead(lost) {
  const report = Buffer.alloc(32);
  report.set([0x81, 201, 0, 7]);
  report.writeUInt32BE(1, 4);
  report.writeUInt32BE(2, 8);
  report.writeIntBE(lost, 13, 3);
  const view = new DataView(Uint8Array.from(report).buffer);
  return new packets.ReceiverReportPacket(view).getReports()[0].getTotalLost();
}

console.log("rtp.js 0.15.5");
const read = [4095, 4096, 10_000, -1].map((lost) => {
  const seen = lostRead(lost);
  console.log(`lost ${lost}: ${seen}   (expected: ${lost})`);
  return seen;
});
const still = read.join() === "4095,0,1808,4095";
console.log(still ? "still so: 12 of the 24 bits are read" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
