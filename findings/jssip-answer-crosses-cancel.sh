#!/bin/bash
# JsSIP neither acknowledges nor ends a call whose 200 crosses its CANCEL.
#
# Input: 180 to an INVITE, then, after the phone has sent CANCEL, the callee's 200 to the INVITE and 200 to the CANCEL.
# Expected: a CANCEL has no effect on a request that was answered already, so the caller has a dialog: it sends ACK (RFC 3261
# §13.2.2.4) and, as it does not want the call, BYE (§9.1, §15). Until then the callee repeats its 200 for 32 s and takes the
# call for answered.
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

const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

async function after(cancels) {
  const { phone, sent, receive } = await startJssip();
  const session = phone.call("sip:alice@home.example", { mediaConstraints: { audio: false, video: false } });
  await pause();
  const invite = sent.at(-1);
  const lines = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${field(invite, name)}`);
  const rest = [`To: ${field(invite, "To")};tag=callee`, "Contact: <sip:alice@192.0.2.1>"];
  receive(message(["SIP/2.0 180 Ringing", ...lines, ...rest]));
  await pause();
  const before = sent.length;
  if (cancels) session.terminate();
  await pause();
  receive(message(["SIP/2.0 200 OK", ...lines, ...rest, "Content-Type: application/sdp"], sdp));
  const cancel = sent.find((text) => text.startsWith("CANCEL"));
  if (cancel) receive(response(cancel, "200 OK"));
  await pause(1000);
  return sent.slice(before).map(summary);
}

const answered = await after(false);
const crossed = await after(true);
console.log("expected: ACK without CANCEL; with it CANCEL, ACK, BYE");
console.log(`jssip 3.13.8, without CANCEL: ${answered.join(", ")}; with it: ${crossed.join(", ")}`);
const still = answered.includes("ACK") && crossed.join() === "CANCEL";
console.log(still ? "still so: the callee's call is neither acknowledged nor ended" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
