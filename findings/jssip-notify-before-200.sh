#!/bin/bash
# JsSIP refuses with 481 the NOTIFY that arrives before the 200 to its SUBSCRIBE, and with it the state.
#
# Input: the NOTIFY and the 200 to SUBSCRIBE in the two orders.
# Expected: no difference. The two travel apart, so the subscriber must be prepared for a NOTIFY before the SUBSCRIBE
# transaction has completed (RFC 6665 §4.1.2.4), and the NOTIFY makes the dialog (§4.4.1). 481 tells the notifier to
# remove the subscription (§4.2.2), which the phone, after the 200, takes for accepted.
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

async function subscription(order) {
  const { phone, sent, receive, uri } = await startJssip();
  const subscriber = phone.subscribe("sip:alice@home.example", "presence", "application/pidf+xml", {});
  const events = [];
  for (const name of ["accepted", "active", "notify", "terminated"]) subscriber.on(name, () => events.push(name));
  subscriber.subscribe();
  await pause();
  const [subscribe] = sent;
  const messages = {
    ok: response(subscribe, "200 OK", [contact, "Expires: 600"]),
    notify: message(
      [
        `NOTIFY ${uri} SIP/2.0`,
        "Via: SIP/2.0/WS server.example;branch=z9hG4bKn",
        "Max-Forwards: 70",
        `From: ${field(subscribe, "To")};tag=server`,
        `To: ${field(subscribe, "From")}`,
        `Call-ID: ${field(subscribe, "Call-ID")}`,
        "CSeq: 1 NOTIFY",
        contact,
        "Event: presence",
        "Subscription-State: active;expires=600",
        "Content-Type: application/pidf+xml",
      ],
      '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:alice@home.example"/>',
    ),
  };
  for (const name of order) {
    receive(messages[name]);
    await pause();
  }
  return `${sent.map(summary).join(", ")}; events: ${events.join(", ")}`;
}

console.log("jssip 3.13.8");
const after = await subscription(["ok", "notify"]);
const before = await subscription(["notify", "ok"]);
console.log(`NOTIFY after the 200:  ${after}`);
console.log(`NOTIFY before the 200: ${before}   (expected: the same answer and events)`);
const still =
  after === "SUBSCRIBE, 200 to NOTIFY; events: accepted, active, notify" &&
  before === "SUBSCRIBE, 481 to NOTIFY; events: accepted";
console.log(still ? "still so: the NOTIFY is refused" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
