#!/bin/bash
# SIP.js registers many times a second when the 200 to REGISTER has Expires and no expires parameter in Contact.
#
# Input: each REGISTER is answered 200 with the phone's address in Contact and `Expires: 600`; as a control, with
# `;expires=600` after the address.
# Expected: one REGISTER: the interval is the Contact's expires parameter or, if that is absent, the Expires field
# (RFC 3261 §10.2.4). A registrar must write the parameter (§10.3 step 8), but the client is told how to do without.
# The Registerer reads the field, overwrites it with the absent parameter (NaN), and both its timers fire at once.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, pause, response, startSipjs } from "./phones.mjs";

async function registrationFor(seconds, parameter, lines) {
  const { phone, sent, receive, SIP } = await startSipjs();
  const states = [];
  const registerer = new SIP.Registerer(phone);
  registerer.stateChange.addListener((state) => states.push(state));
  registerer.register();
  const end = Date.now() + 1000 * seconds;
  for (let answered = 0; Date.now() < end; await pause(10)) {
    if (answered === sent.length) continue;
    const [address] = /<.*>/.exec(field(sent[answered], "Contact"));
    receive(response(sent[answered], "200 OK", [`Contact: ${address}${parameter}`, ...lines]));
    answered += 1;
  }
  return { requests: sent.length, states: states.slice(0, 4).join(", ") };
}

console.log("sip.js 0.21.2, two seconds");
const parameter = await registrationFor(2, ";expires=600", []);
const header = await registrationFor(2, "", ["Expires: 600"]);
console.log(`expires parameter: ${JSON.stringify(parameter)}`);
console.log(`Expires field:     ${JSON.stringify(header)}   (expected: ${JSON.stringify(parameter)})`);
const still = parameter.requests === 1 && header.states.startsWith("Registered, Unregistered") && header.requests > 1;
console.log(still ? "still so: a loop of REGISTER requests" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
