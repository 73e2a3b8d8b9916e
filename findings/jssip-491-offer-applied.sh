#!/bin/bash
# JsSIP applies an offer that it has just refused with 491, and repeats its own after one second although it made the call.
#
# Input: two re-INVITEs that cross. The caller JsSIP has sent its own, then receives the one of the callee, then the callee's 491.
# Expected: one final response to the callee's re-INVITE, and its offer left aside (RFC 3261 §14.2, §14.1: the session stays as
# it was). The side that chose the Call-ID repeats its own after 2.1 to 4 s, the other one within 2 s (§14.1), so that the
# repetitions do not cross too.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, response, startJssip, summary } from "./phones.mjs";

const contact = "Contact: <sip:alice@192.0.2.1>";
const type = "Content-Type: application/sdp";
const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

const { phone, sent, receive, uri } = await startJssip();
const applied = [];
const session = phone.call("sip:alice@home.example", { mediaConstraints: { audio: false, video: false } });
await pause();
const invite = sent.at(-1);
const lines = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${field(invite, name)}`);
const to = `${field(invite, "To")};tag=callee`;
receive(message(["SIP/2.0 200 OK", ...lines, `To: ${to}`, contact, type], sdp));
await pause();
session.connection.setRemoteDescription = async ({ type: kind }) => void applied.push(kind);

session.renegotiate();
await pause();
const offer = sent.at(-1);
const before = sent.length;
const theirs = [
  `INVITE ${uri} SIP/2.0`,
  "Via: SIP/2.0/WS server.example;branch=z9hG4bKtheirs",
  "Max-Forwards: 70",
  `From: ${to}`,
  `To: ${field(invite, "From")}`,
  `Call-ID: ${field(invite, "Call-ID")}`,
  "CSeq: 1 INVITE",
  contact,
  type,
];
receive(message(theirs, sdp));
await pause();
const responses = sent.slice(before).map(summary);
const refused = Date.now();
receive(response(offer, "491 Request Pending"));
let repeated;
while (repeated === undefined && Date.now() - refused < 4_500) {
  await pause(20);
  repeated = sent.slice(before).find((text) => text.startsWith("INVITE"));
}
const seconds = (Date.now() - refused) / 1000;

console.log("expected: 491, and no offer applied; the own offer again after 2.1 to 4 s");
console.log(`jssip 3.13.8: ${responses.join(", ")}; applied: ${applied.join(", ") || "nothing"}; again after ${seconds} s`);
const still = responses.includes("491 to INVITE") && applied.includes("offer") && seconds < 2.1;
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
