#!/bin/bash
# drachtio-mw-registration-parser refuses with 400 the REGISTER that asks for the bindings, and the one without a time.
#
# Input: four REGISTER requests: with a contact and its expires parameter, without Contact, with a contact and no time,
# and with an old contact that ends and a new one that begins.
# Expected: `next()` for each. Without Contact a client asks which bindings exist (RFC 3261 §10.2.3), without a time it
# leaves the choice to the registrar (§10.2.1.1, §10.3 step 7), and each contact has a time of its own (§10.2.1.1).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error drachtio-mw-registration-parser@0.1.2 drachtio-srf@5.0.29 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { SipMessage } = require("drachtio-srf");
const parseRegistration = require("drachtio-mw-registration-parser");

/** What the middleware does with the REGISTER of these lines: the status, or type and expires of the registration. */
function outcome(lines) {
  const text = [
    "REGISTER sip:home.example SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa",
    "Max-Forwards: 70",
    "From: <sip:bob@home.example>;tag=b",
    "To: <sip:bob@home.example>",
    "Call-ID: register",
    "CSeq: 1 REGISTER",
    ...lines,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
  const request = new SipMessage(text);
  let seen = "nothing";
  const next = () => (seen = `${request.registration.type}, expires ${request.registration.expires}`);
  parseRegistration(request, { send: (status) => (seen = String(status)) }, next);
  return seen;
}

console.log("drachtio-mw-registration-parser 0.1.2");
const show = (name, expected, lines) => {
  const seen = outcome(lines);
  console.log(`${name}: ${seen}   (expected: ${expected})`);
  return seen;
};
const usual = show("one contact for 600 s", "register, expires 600", ["Contact: <sip:bob@192.0.2.1>;expires=600"]);
const query = show("no Contact", "not refused", []);
const untimed = show("a contact without a time", "not refused", ["Contact: <sip:bob@192.0.2.1>"]);
const moved = show("the old contact ends, a new one begins", "a registration for 600 s", [
  "Contact: <sip:bob@192.0.2.1>;expires=0, <sip:bob@192.0.2.2>;expires=600",
]);
const still =
  usual === "register, expires 600" && query === "400" && untimed === "400" && moved === "unregister, expires 0";
console.log(still ? "still so: two are refused, and the third is taken for the end of all" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
