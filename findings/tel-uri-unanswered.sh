#!/bin/bash
# JsSIP and SIP.js drop a whole message, without an answer or an event, when its From or a Contact is not a SIP URI.
#
# Input: an OPTIONS request from `<tel:+15551234567>`, and a 200 to REGISTER that lists, beside the phone's own
# contact, the second one of RFC 3261 §20.10's example, `"Mr. Watson" <mailto:watson@bell-telephone.com> ;q=0.1`.
# Expected: From and Contact take any absolute URI (§25.1: addr-spec = SIP-URI / SIPS-URI / absoluteURI; §8.1.1.3;
# §10.2.1 on other schemes in a registration). So OPTIONS is answered (§11.2), and a phone that finds its own contact
# is registered.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, response, startJssip, startSipjs, summary } from "./phones.mjs";

const options = (uri, from) =>
  message([
    `OPTIONS ${uri} SIP/2.0`,
    "Via: SIP/2.0/WS gateway.example;branch=z9hG4bKoptions",
    "Max-Forwards: 70",
    `From: ${from};tag=a`,
    "To: <sip:bob@home.example>",
    "Call-ID: options",
    "CSeq: 1 OPTIONS",
  ]);

async function answersTo(start, from) {
  const { sent, receive, uri } = await start();
  receive(options(uri, from));
  await pause();
  return sent.map(summary).join(", ") || "nothing";
}

const register = {
  async jssip(events) {
    const started = await startJssip();
    started.phone.on("registered", () => events.push("registered"));
    started.phone.on("registrationFailed", ({ cause }) => events.push(`failed: ${cause}`));
    started.phone.register();
    return started;
  },
  async sipjs(events) {
    const started = await startSipjs();
    const registerer = new started.SIP.Registerer(started.phone);
    registerer.stateChange.addListener((state) => events.push(state.toLowerCase()));
    registerer.register();
    return started;
  },
};

async function registrationWith(start, contact) {
  const events = [];
  const { sent, receive } = await start(events);
  await pause();
  receive(response(sent[0], "200 OK", [`Contact: ${field(sent[0], "Contact")};expires=600`, `Contact: ${contact}`]));
  await pause(500);
  return events.join(", ") || "no event";
}

let still = true;
for (const [name, start, startRegistration] of [
  ["jssip 3.13.8", startJssip, register.jssip],
  ["sip.js 0.21.2", startSipjs, register.sipjs],
]) {
  const sip = await answersTo(start, "<sip:+15551234567@gateway.example>");
  const tel = await answersTo(start, "<tel:+15551234567>");
  const other = await registrationWith(startRegistration, '"Mr. Watson" <sip:watson@bell-telephone.com> ;q=0.1');
  const mailto = await registrationWith(startRegistration, '"Mr. Watson" <mailto:watson@bell-telephone.com> ;q=0.1');
  console.log(`${name}, OPTIONS from sip: URI: ${sip}`);
  console.log(`${name}, OPTIONS from tel: URI: ${tel} (expected: ${sip})`);
  console.log(`${name}, 200 to REGISTER with a second sip: contact:    ${other}`);
  console.log(`${name}, 200 to REGISTER with a second mailto: contact: ${mailto} (expected: ${other})`);
  still &&= sip === "200 to OPTIONS" && tel === "nothing" && other === "registered" && mailto === "no event";
}
console.log(still ? "still so: such messages are dropped in silence" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
