#!/bin/bash
# SIP.js says with each NOTIFY of a transfer that it is the last one, from 100 on.
#
# Input: within a call, a REFER that the application accepts; the new call is answered 100, 180 and 200.
# Expected: NOTIFY with `Subscription-State: active` for 100 and 180, and `terminated` with the final status only (RFC
# 3515 §2.4.7). `terminated` ends the subscription (RFC 6665 §4.1.3): a transferor that keeps to it hears of 100, and
# not of the success.
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

const request = (method, uri, number, tag, lines, body) =>
  message(
    [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/WS server.example;branch=z9hG4bK${method}`,
      "Max-Forwards: 70",
      "From: <sip:alice@home.example>;tag=a",
      `To: <sip:bob@home.example>${tag}`,
      "Call-ID: call",
      `CSeq: ${number} ${method}`,
      "Contact: <sip:alice@192.0.2.1>",
      ...lines,
    ],
    body,
  );

const onRefer = (referral) => void referral.accept().then(() => referral.makeInviter().invite());
const onInvite = (invitation) => {
  invitation.delegate = { onRefer };
  invitation.accept();
};
const { sent, receive, uri } = await startSipjs({ delegate: { onInvite } });
receive(request("INVITE", uri, 1, "", ["Content-Type: application/sdp"], sdp));
await pause();
const ok = sent.find((text) => text.startsWith("SIP/2.0 200"));
const target = /<(.*?)>/.exec(field(ok, "Contact"))[1];
const tag = `;tag=${/tag=(\S+)/.exec(field(ok, "To"))[1]}`;
receive(request("ACK", target, 1, tag, []));
await pause();
receive(request("REFER", target, 2, tag, ["Refer-To: <sip:carol@home.example>"]));
await pause();

const invite = sent.find((text) => text.startsWith("INVITE"));
const contact = "Contact: <sip:carol@192.0.2.3>";
const states = [];
for (const status of ["100 Trying", "180 Ringing", "200 OK"]) {
  const withBody = response(invite, status, [contact, "Content-Type: application/sdp"]).replace(
    "Content-Length: 0\r\n\r\n",
    `Content-Length: ${sdp.length}\r\n\r\n${sdp}`,
  );
  receive(status === "200 OK" ? withBody : response(invite, status, [contact]));
  await pause();
  const notify = sent.findLast((text) => text.startsWith("NOTIFY"));
  receive(response(notify, "200 OK"));
  await pause();
  states.push(`${notify.split("\r\n\r\n")[1]}: ${field(notify, "Subscription-State")}`);
}
console.log("sip.js 0.21.2, Subscription-State of the NOTIFY for");
for (const state of states) console.log(`  ${state}`);
console.log("expected: active for 100 and 180, terminated for 200");
const still = states.length === 3 && states.every((state) => state.endsWith(": terminated"));
console.log(still ? "still so: each NOTIFY ends the subscription" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
