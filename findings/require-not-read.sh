#!/bin/bash
# JsSIP and SIP.js ring for an INVITE with `Require: precondition`, an extension that they do not have.
#
# Input: an INVITE with Require: precondition whose offer asks for a reservation before the callee is alerted (RFC 3312
# §3, §11: the option tag of an offer with strength "mandatory").
# Expected: 420 with `Unsupported: precondition` (RFC 3261 §8.2.2.3: a must for each option tag that is not understood).
# The caller takes the 180 for a sign that the reservation was waited for.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, startJssip, startSipjs, summary } from "./phones.mjs";

const sdp = [
  "v=0",
  "o=- 1 1 IN IP4 192.0.2.1",
  "s=-",
  "c=IN IP4 192.0.2.1",
  "t=0 0",
  "m=audio 9 RTP/AVP 0",
  "a=curr:qos e2e none",
  "a=des:qos mandatory e2e sendrecv",
  "",
].join("\r\n");

const invite = (uri) =>
  message(
    [
      `INVITE ${uri} SIP/2.0`,
      "Via: SIP/2.0/WS server.example;branch=z9hG4bKa",
      "Max-Forwards: 70",
      "From: <sip:alice@home.example>;tag=a",
      "To: <sip:bob@home.example>",
      "Call-ID: call",
      "CSeq: 1 INVITE",
      "Contact: <sip:alice@192.0.2.1>",
      "Supported: 100rel",
      "Require: precondition",
      "Content-Type: application/sdp",
    ],
    sdp,
  );

console.log("expected: 420 to INVITE");
let still = true;
for (const [name, start] of [["jssip 3.13.8", startJssip], ["sip.js 0.21.2", startSipjs]]) {
  const { sent, receive, uri } = await start();
  receive(invite(uri));
  await pause(300);
  const answers = sent.map(summary).join(", ");
  console.log(`${name}: ${answers}   (its own Supported: ${field(sent.at(-1), "Supported")})`);
  still &&= answers === "100 to INVITE, 180 to INVITE";
}
console.log(still ? "still so: both ring" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
