#!/bin/bash
# semantic-sdp turns an answer that refuses the video into a description that accepts it.
#
# Input: an answer with `m=video 0` and an ICE-TCP candidate, parsed and written again.
# Expected: both as they were. Port 0 refuses the stream (RFC 3264 §6), and a TCP candidate tells by its tcptype which
# side connects (RFC 6544 §4.5).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error semantic-sdp@3.31.1 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { SDPInfo } = createRequire(import.meta.url)("semantic-sdp");
const answer = [
  "v=0",
  "o=- 1 1 IN IP4 192.0.2.1",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 96",
  "c=IN IP4 192.0.2.1",
  "a=rtpmap:96 opus/48000/2",
  "a=mid:0",
  "a=rtcp-mux",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdefghijklmnopqrstuv",
  `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}`,
  "a=setup:active",
  "a=candidate:1 1 tcp 2105458943 192.0.2.1 9 typ host tcptype active",
  "m=video 0 UDP/TLS/RTP/SAVPF 97",
  "c=IN IP4 192.0.2.1",
  "a=rtpmap:97 VP8/90000",
  "a=mid:1",
  "",
].join("\r\n");

const written = SDPInfo.parse(answer).toString();
const first = (text, start) => text.split(/\r?\n/).find((line) => line.startsWith(start)) ?? "nothing";
console.log("semantic-sdp 3.31.1");
const changed = ["m=video", "a=candidate:"].filter((start) => {
  console.log(`${first(answer, start)}\n  is written as ${first(written, start)}`);
  return first(answer, start) !== first(written, start);
});
console.log("expected: each as it was");
const video = written.slice(written.indexOf("m=video"));
const still =
  changed.length === 2 && /^m=video 9 /.test(video) && video.includes("a=sendrecv") && !written.includes("tcptype");
console.log(still ? "still so: the refused video is sendrecv on port 9" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
