#!/bin/bash
# SIP.js takes the retry-after of an ended subscription for milliseconds and subscribes again at once.
#
# Input: NOTIFY with `Subscription-State: terminated;reason=probation;retry-after=2`, and with 60.
# Expected: the next SUBSCRIBE after two and after 60 seconds at the earliest: retry-after counts seconds, and after
# `probation` the client must wait at least that long (RFC 6665 §4.1.3). An overloaded server that asks for a minute
# gets the next SUBSCRIBE at once.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, response, startSipjs, summary } from "./phones.mjs";

const contact = "Contact: <sip:alice@192.0.2.1>";

/** Milliseconds from the NOTIFY to the next SUBSCRIBE, undefined if none comes within three seconds. */
async function waitAfter(seconds) {
  const { phone, sent, receive, uri, SIP } = await startSipjs();
  await new SIP.Subscriber(phone, SIP.UserAgent.makeURI("sip:alice@home.example"), "presence").subscribe();
  const [subscribe] = sent;
  receive(response(subscribe, "200 OK", [contact, "Expires: 600"]));
  await pause();
  const notify = message([
    `NOTIFY ${uri} SIP/2.0`,
    "Via: SIP/2.0/WS server.example;branch=z9hG4bKn",
    "Max-Forwards: 70",
    `From: ${field(subscribe, "To")};tag=server`,
    `To: ${field(subscribe, "From")}`,
    `Call-ID: ${field(subscribe, "Call-ID")}`,
    "CSeq: 1 NOTIFY",
    contact,
    "Event: presence",
    `Subscription-State: terminated;reason=probation;retry-after=${seconds}`,
  ]);
  const start = performance.now();
  receive(notify);
  while (performance.now() < start + 3000) {
    await pause(1);
    if (sent.filter((text) => summary(text) === "SUBSCRIBE").length === 2) return Math.round(performance.now() - start);
  }
}

console.log("sip.js 0.21.2");
let still = true;
for (const seconds of [2, 60]) {
  const wait = await waitAfter(seconds);
  console.log(`retry-after=${seconds}: next SUBSCRIBE after ${wait} ms   (expected: ${seconds * 1000} ms or more)`);
  still &&= wait !== undefined && wait < 1000;
}
console.log(still ? "still so: it counts milliseconds" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
