#!/bin/bash
# drachtio-srf ends each part of a multipart body at its first empty line, and does not split it if a parameter
# follows the boundary.
#
# Input: INVITE with multipart/mixed, an SDP and a location document with an empty line in it; then the same with
# `;charset=utf-8` after the boundary.
# Expected: two parts, complete, both times. A part ends at the next delimiter only (RFC 2046 §5.1.1), and the
# parameters of a Content-Type have no order (RFC 2045 §5.1). RFC 3261 §7.4 lets any message carry a multipart body.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error drachtio-srf@5.0.29 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const Srf = createRequire(import.meta.url)("drachtio-srf");
const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
const pidf = '<presence xmlns="urn:ietf:params:xml:ns:pidf">\r\n\r\n<tuple id="a"/>\r\n</presence>\r\n';
const body = [
  "--b",
  "Content-Type: application/sdp",
  "",
  sdp,
  "--b",
  "Content-Type: application/pidf+xml",
  "",
  pidf,
  "--b--",
  "",
].join("\r\n");
const parts = (type) => {
  const lines = ["INVITE sip:a@h.example SIP/2.0", "CSeq: 1 INVITE", `Content-Type: ${type}`];
  return new Srf.SipMessage([...lines, `Content-Length: ${body.length}`, "", body].join("\r\n")).payload;
};

console.log("drachtio-srf 5.0.29, the payload of one message:");
const [plain, withCharset] = ["multipart/mixed;boundary=b", "multipart/mixed;boundary=b;charset=utf-8"].map((type) => {
  const payload = parts(type);
  console.log(`${type}: ${payload.length} parts`);
  for (const { type, content } of payload) console.log(`  ${type}: ${JSON.stringify(content)}`);
  return payload;
});
console.log(`expected: 2 parts both times, the second one ${JSON.stringify(pidf)}`);
const still = !plain[1].content.includes("tuple") && plain[1].content.startsWith("<presence") && withCharset.length === 1;
console.log(still ? "still so: the document is cut at the empty line" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
