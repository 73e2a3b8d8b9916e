#!/bin/bash
# SIP.js refuses a NOTIFY with 489 when its Event field is written `o:`, and does not see 100rel in a Supported field
# `k:`.
#
# Input: a subscription to presence whose NOTIFY says `o: presence`; an INVITE with `k: 100rel`, where SIP.js requires
# reliable provisional responses (sipExtension100rel). As a control, the same messages with the long names.
# Expected: no difference. A receiver accepts the long and the short form of each name (RFC 3261 §7.3.3; `k` is in
# §20.37, `o` in RFC 6665 §8.2.1). So NOTIFY is answered 200, and the provisional response has `Require: 100rel`.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, response, startSipjs } from "./phones.mjs";

const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
const common = (method) => [
  `Via: SIP/2.0/WS server.example;branch=z9hG4bK${method}`,
  "Max-Forwards: 70",
  `CSeq: 1 ${method}`,
  "Contact: <sip:alice@192.0.2.1>",
];

async function answerToNotify(event) {
  const { phone, sent, receive, uri, SIP } = await startSipjs();
  new SIP.Subscriber(phone, SIP.UserAgent.makeURI("sip:alice@home.example"), "presence").subscribe();
  await pause();
  const [subscribe] = sent;
  receive(response(subscribe, "200 OK", ["Expires: 600", "Contact: <sip:alice@192.0.2.1>"]));
  const dialog = [
    "From: <sip:alice@home.example>;tag=server",
    `To: ${field(subscribe, "From")}`,
    `Call-ID: ${field(subscribe, "Call-ID")}`,
  ];
  const state = [event, "Subscription-State: active;expires=600"];
  receive(message([`NOTIFY ${uri} SIP/2.0`, ...common("NOTIFY"), ...dialog, ...state]));
  await pause();
  return sent.at(-1).split("\r\n")[0];
}

async function requireInProvisional(supported) {
  const { phone, sent, receive, uri, SIP } = await startSipjs({ sipExtension100rel: "Required" });
  phone.delegate = { onInvite: (invitation) => void invitation.progress().catch(() => {}) };
  const dialog = ["From: <sip:alice@home.example>;tag=a", "To: <sip:bob@home.example>", "Call-ID: call"];
  const lines = [`INVITE ${uri} SIP/2.0`, ...common("INVITE"), ...dialog, supported, "Content-Type: application/sdp"];
  receive(message(lines, sdp));
  await pause();
  return String(field(sent.at(-1), "Require"));
}

console.log("sip.js 0.21.2");
const notify = [await answerToNotify("Event: presence"), await answerToNotify("o: presence")];
const require = [await requireInProvisional("Supported: 100rel"), await requireInProvisional("k: 100rel")];
console.log(`NOTIFY with Event: presence:   ${notify[0]}`);
console.log(`NOTIFY with o: presence:       ${notify[1]}   (expected: ${notify[0]})`);
console.log(`INVITE with Supported: 100rel: Require: ${require[0]}`);
console.log(`INVITE with k: 100rel:         Require: ${require[1]}   (expected: ${require[0]})`);
const still = notify[0] === "SIP/2.0 200 OK" && notify[1] === "SIP/2.0 489 Bad Event" && require[0] === "100rel";
console.log(still && require[1] === "undefined" ? "still so" : "changed");
process.exit(still && require[1] === "undefined" ? 0 : 1);
PROBE
node probe.mjs
