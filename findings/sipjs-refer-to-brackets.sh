#!/bin/bash
# SIP.js writes Refer-To without angle brackets, so a transfer to one device of a user rings at none or at all of them.
#
# Input: `session.refer()` with the GRUU `sip:carol@home.example;gr=desk`, and with the one of RFC 5627 §9, whose value
# is a URN. The field that SIP.js sends is given to JsSIP and to SIP.js within a call; as a control, in brackets.
# Expected: an INVITE to the whole URI. A URI with a semicolon must be in angle brackets, else its parameters belong to
# the header field (RFC 3261 §20 and §20.10; RFC 8217 §4 says the same of Refer-To and the other extension fields).
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, response, startJssip, startSipjs } from "./phones.mjs";

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

/** The call comes in, is answered and acknowledged; returns the phone's target and To tag. */
async function answerCall({ sent, receive, uri }) {
  receive(request("INVITE", uri, 1, "", ["Content-Type: application/sdp"], sdp));
  await pause();
  const ok = sent.find((text) => text.startsWith("SIP/2.0 200"));
  const target = /<(.*?)>/.exec(field(ok, "Contact"))[1];
  const tag = `;tag=${/tag=(\S+)/.exec(field(ok, "To"))[1]}`;
  receive(request("ACK", target, 1, tag, []));
  await pause();
  return { target, tag };
}

/** The Refer-To field that SIP.js sends. */
async function referTo(uri) {
  let session;
  const onInvite = (invitation) => void (session = invitation).accept();
  const started = await startSipjs({ delegate: { onInvite } });
  await answerCall(started);
  await session.refer(started.SIP.UserAgent.makeURI(uri));
  await pause();
  return field(started.sent.at(-1), "Refer-To");
}

const phones = {
  async "jssip 3.13.8"() {
    const started = await startJssip();
    started.phone.on("newRTCSession", ({ originator, session }) => {
      if (originator !== "remote") return;
      const mediaConstraints = { audio: false, video: false };
      session.on("refer", ({ accept }) => accept(() => {}, { mediaConstraints }));
      session.answer({ mediaConstraints });
    });
    return started;
  },
  "sip.js 0.21.2": () => startSipjs({ delegate: { onInvite: (invitation) => void invitation.accept() } }),
};

/** What the phone calls after this Refer-To. */
async function calledAfter(value, start) {
  const started = await start();
  const { target, tag } = await answerCall(started);
  started.receive(request("REFER", target, 2, tag, [`Refer-To: ${value}`]));
  await pause(300);
  const call = started.sent.find((text) => text.startsWith("INVITE"));
  return call?.split(" ")[1] ?? "nobody";
}

const short = "sip:carol@home.example;gr=desk";
const urn = "sip:carol@home.example;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
let still = true;
for (const uri of [short, urn]) {
  const sent = await referTo(uri);
  console.log(`sip.js 0.21.2 writes Refer-To: ${sent}   (expected: <${uri}>)`);
  still &&= sent === uri;
  for (const [name, start] of Object.entries(phones)) {
    const control = await calledAfter(`<${uri}>`, start);
    const called = await calledAfter(sent, start);
    console.log(`  ${name} then calls ${called}   (in brackets: ${control})`);
    still &&= control === uri && called === (uri === short ? "sip:carol@home.example" : "nobody");
  }
}
console.log(still ? "still so: the device is lost, or no call is made" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
