#!/bin/bash
# The package sip takes the bytes after a message with `Content-Length: 0` for its body.
#
# Input: RFC 4475 §3.1.1.8's case, a datagram with a REGISTER whose Content-Length is 0 and an INVITE behind it; as a
# control, a MESSAGE with `Content-Length: 2` and more bytes behind its text.
# Expected: both bodies end where Content-Length says; the rest of the datagram is discarded (RFC 3261 §18.3). So
# REGISTER has no body. The library does so with any length but 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sip@0.0.6 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const sip = createRequire(import.meta.url)("sip");
const request = (method, length, rest) =>
  [
    `${method} sip:example.com SIP/2.0`,
    "Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492",
    "Max-Forwards: 8",
    "To: sip:j.user@example.com",
    "From: sip:j.user@example.com;tag=43251j3j324",
    "Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15",
    `CSeq: 8 ${method}`,
    `Content-Length: ${length}`,
    "",
    rest,
  ].join("\r\n");

console.log("sip 0.0.6");
const read = [["MESSAGE", 2, "hi"], ["REGISTER", 0, ""]].map(([method, length, body]) => {
  const { content } = sip.parse(request(method, length, `${body}INVITE sip:joe@example.com SIP/2.0\r\n`));
  console.log(`${method} with Content-Length ${length}: body ${JSON.stringify(content)} (expected: ${JSON.stringify(body)})`);
  return content;
});
const still = read[0] === "hi" && read[1].startsWith("INVITE ");
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
