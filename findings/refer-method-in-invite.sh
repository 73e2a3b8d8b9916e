#!/bin/bash
# A REFER that asks for a MESSAGE makes JsSIP and SIP.js call instead, with `;method=MESSAGE` left in the INVITE's
# Request-URI.
#
# Input: within a call, REFER with `Refer-To: <sip:carol@home.example;method=MESSAGE>`, accepted (JsSIP) or not
# handled at all by the application (SIP.js).
# Expected: a MESSAGE to carol, or a refusal. The method parameter tells which request to make from the URI (RFC 3261
# §19.1.5; RFC 3515 §2.1 has an example with SUBSCRIBE), and it must not be in a Request-URI (§19.1.1, table 1).
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

async function requestsAfterRefer({ sent, receive, uri }) {
  receive(request("INVITE", uri, 1, "", ["Content-Type: application/sdp"], sdp));
  await pause();
  const ok = sent.find((text) => text.startsWith("SIP/2.0 200"));
  const target = /<(.*?)>/.exec(field(ok, "Contact"))[1];
  const tag = `;tag=${/tag=(\S+)/.exec(field(ok, "To"))[1]}`;
  receive(request("ACK", target, 1, tag, []));
  await pause();
  const before = sent.length;
  receive(request("REFER", target, 2, tag, ["Refer-To: <sip:carol@home.example;method=MESSAGE>"]));
  await pause(300);
  return sent.slice(before);
}

const jssip = await startJssip();
jssip.phone.on("newRTCSession", ({ originator, session }) => {
  if (originator !== "remote") return;
  const mediaConstraints = { audio: false, video: false };
  session.on("refer", ({ accept }) => accept(() => {}, { mediaConstraints }));
  session.answer({ mediaConstraints });
});
const sipjs = await startSipjs();
sipjs.phone.delegate = { onInvite: (invitation) => void invitation.accept() };

console.log("expected: MESSAGE sip:carol@home.example, or a refusal of the REFER");
let still = true;
for (const [name, phone] of [["jssip 3.13.8", jssip], ["sip.js 0.21.2", sipjs]]) {
  const requests = await requestsAfterRefer(phone);
  const call = requests.find((text) => text.startsWith("INVITE"))?.split("\r\n")[0];
  console.log(`${name}: ${requests.map(summary).join(", ")}; ${call ?? "no call"}`);
  still &&= call === "INVITE sip:carol@home.example;method=MESSAGE SIP/2.0";
}
console.log(still ? "still so: a call is made" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
