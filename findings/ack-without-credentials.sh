#!/bin/bash
# JsSIP and SIP.js leave the credentials of the INVITE out of the ACK to its 200.
#
# Input: INVITE is answered 407; the INVITE with Proxy-Authorization is answered 200.
# Expected: "The ACK MUST contain the same credentials as the INVITE" (RFC 3261 §13.2.2.4), so the Proxy-Authorization
# field is duplicated (§22.1). A proxy cannot challenge an ACK: one that checks it drops this one, and the callee
# repeats its 200 for 32 seconds and hangs up.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, pause, response, startJssip, startSipjs } from "./phones.mjs";

const challenge = 'Proxy-Authenticate: Digest realm="proxy", nonce="n", algorithm=MD5, qop="auth"';
const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

/** A 200 to the INVITE with an answer. */
const accepted = (invite) =>
  response(invite, "200 OK", ["Contact: <sip:alice@192.0.2.1>", "Content-Type: application/sdp"]).replace(
    "Content-Length: 0\r\n\r\n",
    `Content-Length: ${sdp.length}\r\n\r\n${sdp}`,
  );

const callers = {
  async "jssip 3.13.8"() {
    const started = await startJssip();
    started.phone.call("sip:alice@home.example", { mediaConstraints: { audio: false, video: false } });
    return started;
  },
  async "sip.js 0.21.2"() {
    const started = await startSipjs();
    new started.SIP.Inviter(started.phone, started.SIP.UserAgent.makeURI("sip:alice@home.example")).invite();
    return started;
  },
};

let still = true;
for (const [name, start] of Object.entries(callers)) {
  const { sent, receive } = await start();
  await pause();
  receive(response(sent.at(-1), "407 Proxy Authentication Required", [challenge]));
  await pause();
  const invite = sent.at(-1);
  receive(accepted(invite));
  await pause();
  const ack = sent.at(-1);
  const [inInvite, inAck] = [invite, ack].map((text) => field(text, "Proxy-Authorization"));
  console.log(`${name}, INVITE: ${inInvite}`);
  console.log(`${name}, ACK:    ${inAck}   (expected: the same)`);
  still &&= inInvite?.startsWith("Digest ") && ack.startsWith("ACK sip:alice@192.0.2.1 ") && inAck === undefined;
}
console.log(still ? "still so: the ACK has no credentials" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
