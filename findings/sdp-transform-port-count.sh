#!/bin/bash
# sdp-transform writes `m=undefined NaN undefined` for a media description with a number of ports.
#
# Input: RFC 8866 §5.14's own example, `m=video 49170/2 RTP/AVP 31`.
# Expected: the port, the number of ports and the payload types are read, and `write` is the inverse of `parse`, as
# the library's README says. In place of that all four values are lost, and the line that is written is no SDP.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sdp-transform@3.0.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { parse, write } = createRequire(import.meta.url)("sdp-transform");
const line = "m=video 49170/2 RTP/AVP 31";
const sdp = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0", line, "a=sendrecv", ""].join("\r\n");

const parsed = parse(sdp);
const written = write(parsed).split("\r\n").find((text) => text.startsWith("m="));
const { type, port, protocol, payloads } = parsed.media[0];
console.log("sdp-transform 3.0.0");
console.log(`input:            ${line}`);
console.log(`parsed:           ${JSON.stringify({ type, port, protocol, payloads })}`);
console.log(`written:          ${written}`);
console.log(`expected written: ${line}`);
const still = written.startsWith("m=undefined NaN undefined") && type === undefined;
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
