#!/bin/bash
# JsSIP and SIP.js overwrite the host of a URI with its maddr parameter, and drop ttl.
#
# Input: a text sent to RFC 3261 §19.1.3's example `sip:alice@atlanta.com;maddr=239.255.255.1;ttl=15`.
# Expected: maddr changes where a request is sent, not whose URI it is: the Request-URI keeps host, maddr and ttl
# (§19.1.1 and its table, which allows both parameters there; §12.2.1.1 for the remote target). With the domain gone,
# no server can tell whose `alice` is meant.
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

const target = "sip:alice@atlanta.com;maddr=239.255.255.1;ttl=15";
const expected = `MESSAGE ${target} SIP/2.0`;
const seen = "MESSAGE sip:alice@239.255.255.1;maddr=239.255.255.1 SIP/2.0";

const jssip = await startJssip();
jssip.phone.sendMessage(jssip.JsSIP.URI.parse(target), "hello");
const sipjs = await startSipjs();
new sipjs.SIP.Messager(sipjs.phone, sipjs.SIP.UserAgent.makeURI(target), "hello").message();
await pause();

console.log(`expected:       ${expected}`);
const lines = [jssip, sipjs].map(({ sent }) => sent[0].split("\r\n")[0]);
console.log(`jssip 3.13.8:   ${lines[0]}`);
console.log(`sip.js 0.21.2:  ${lines[1]}`);
const still = lines.every((line) => line === seen);
console.log(still ? "still so: atlanta.com is lost" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
