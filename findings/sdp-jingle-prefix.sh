#!/bin/bash
# sdp-jingle-json gives payload type 9 the parameters and the feedback of 96, and drops a static type without rtpmap.
#
# Input: `m=audio 9 RTP/AVPF 0 9 96` with rtpmap for 9 (G722) and 96 (opus), fmtp and rtcp-fb for 96 alone; to Jingle
# and back.
# Expected: the same lines. fmtp and rtcp-fb belong to the format that they name (RFC 8866 §6.15, RFC 4585 §4.2), and
# the static type 0 needs no rtpmap (RFC 8866 §6.6, RFC 3551 §6). The lines are found by their beginning, `a=fmtp:9`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sdp-jingle-json@3.1.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { toSessionJSON, toSessionSDP } = createRequire(import.meta.url)("sdp-jingle-json");
const offer = [
  "v=0",
  "o=- 1 1 IN IP4 192.0.2.1",
  "s=-",
  "c=IN IP4 192.0.2.1",
  "t=0 0",
  "m=audio 9 RTP/AVPF 0 9 96",
  "a=rtpmap:9 G722/8000",
  "a=rtpmap:96 opus/48000/2",
  "a=fmtp:96 useinbandfec=1",
  "a=rtcp-fb:96 nack",
  "",
].join("\r\n");

const direction = { role: "initiator", direction: "outgoing" };
const written = toSessionSDP(toSessionJSON(offer, direction), direction);
const pick = (text) => text.split("\r\n").filter((line) => /^(m=|a=rtpmap|a=fmtp|a=rtcp-fb)/.test(line));
console.log("sdp-jingle-json 3.1.0, written again:");
for (const line of pick(written)) console.log(`  ${line}`);
console.log("expected:");
for (const line of pick(offer)) console.log(`  ${line}`);
const still =
  written.includes("a=fmtp:9 useinbandfec=1\r\n") &&
  written.includes("a=rtcp-fb:9 nack\r\n") &&
  /^m=audio \d+ RTP\/AVPF 9 96\r$/m.test(written);
console.log(still ? "still so: G722 has the parameters of opus, and PCMU is lost" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
