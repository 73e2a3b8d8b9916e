#!/bin/bash
# JsSIP and SIP.js go on ringing after CANCEL when the INVITE carried its Via values in one header field.
#
# Input: an INVITE that came through one proxy, with `Via: TOP, LOWER` in one field, then the proxy's CANCEL with TOP
# alone.
# Expected: RFC 3261 §7.3.1 makes several fields of one name and one field with the comma-separated values equivalent.
# The server transaction is found by the branch of the topmost value (§17.2.3), so CANCEL is answered 200 and INVITE
# 487 (§9.2).
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { message, pause, startJssip, startSipjs, summary } from "./phones.mjs";

const TOP = "SIP/2.0/WS proxy.example;branch=z9hG4bKtop";
const LOWER = "SIP/2.0/UDP caller.example;branch=z9hG4bKlower";
const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

const request = (method, uri, via, body) =>
  message(
    [
      `${method} ${uri} SIP/2.0`,
      ...via.map((value) => `Via: ${value}`),
      "Max-Forwards: 70",
      "From: <sip:alice@caller.example>;tag=a",
      "To: <sip:bob@home.example>",
      "Call-ID: call",
      `CSeq: 1 ${method}`,
      ...(body ? ["Contact: <sip:alice@192.0.2.1>", "Content-Type: application/sdp"] : []),
    ],
    body,
  );

async function answersTo(start, via) {
  const { sent, receive, uri } = await start();
  receive(request("INVITE", uri, via, sdp));
  await pause();
  receive(request("CANCEL", uri, [TOP]));
  await pause();
  return sent.map(summary).join(", ");
}

console.log("expected with either form: 100 to INVITE, 180 to INVITE, 200 to CANCEL, 487 to INVITE");
let still = true;
for (const [name, start] of [["jssip 3.13.8", startJssip], ["sip.js 0.21.2", startSipjs]]) {
  const rows = await answersTo(start, [TOP, LOWER]);
  const combined = await answersTo(start, [`${TOP}, ${LOWER}`]);
  console.log(`${name}, Via in two fields: ${rows}`);
  console.log(`${name}, Via in one field:  ${combined}`);
  still &&= rows.endsWith("200 to CANCEL, 487 to INVITE") && combined.endsWith("180 to INVITE, 481 to CANCEL");
}
console.log(still ? "still so: CANCEL is refused with 481 and the phone goes on ringing" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
