#!/bin/bash
# JsSIP and SIP.js send to another user than the URI names: they decode its user part twice, and escape `;` in it.
#
# Input: texts to `sip:100%2541@home.example` (user "100%41"), to RFC 3261 §19.1.6's telephone number with a
# parameter, and to §19.1.3's `sip:alice;day=tuesday@atlanta.com`.
# Expected: a Request-URI equal to the URI given. %25 is the percent sign itself and is decoded once (§19.1.2). A
# reserved character and its escape are different (§19.1.4), so `;postd=` must not become `%3Bpostd%3D`: a gateway
# that reads the user part as a telephone-subscriber (§19.1.6, user=phone) does not see the parameter.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { pause, startJssip, startSipjs } from "./phones.mjs";

const cases = [
  ["sip:100%2541@home.example", "sip:100A@home.example"],
  ["sip:+358-555-1234567;postd=pp22@foo.com;user=phone", "sip:+358-555-1234567%3Bpostd%3Dpp22@foo.com;user=phone"],
  ["sip:alice;day=tuesday@atlanta.com", "sip:alice%3Bday%3Dtuesday@atlanta.com"],
];

const jssip = await startJssip();
const sipjs = await startSipjs();
let still = true;
for (const [target, seen] of cases) {
  jssip.sent.length = sipjs.sent.length = 0;
  jssip.phone.sendMessage(jssip.JsSIP.URI.parse(target), "hello");
  new sipjs.SIP.Messager(sipjs.phone, sipjs.SIP.UserAgent.makeURI(target), "hello").message();
  await pause();
  const uris = [jssip, sipjs].map(({ sent }) => sent[0].split(" ")[1]);
  console.log(`expected:       MESSAGE ${target}`);
  console.log(`jssip 3.13.8:   MESSAGE ${uris[0]}`);
  console.log(`sip.js 0.21.2:  MESSAGE ${uris[1]}`);
  still &&= uris.every((uri) => uri === seen);
}
console.log(still ? "still so: each text goes to another address" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
