#!/bin/bash
# JsSIP answers a challenge whose realm contains a quotation mark with an Authorization header field that no parser
# can read.
#
# Input: 401 to REGISTER with realm="the \"best\" realm".
# Expected: a quoted-string may contain \" and it has to be escaped again when the value is sent back (RFC 3261 §25.1
# and §22.4, realm = "realm" EQUAL quoted-string). SIP.js does so.
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

const realm = String.raw`"the \"best\" realm"`;
const challenge = `WWW-Authenticate: Digest realm=${realm}, nonce="n", algorithm=MD5, qop="auth"`;
const readable = /^Digest (?:[\w-]+=(?:"(?:[^"\\]|\\.)*"|[\w.-]+)(?:, *|$))+$/;

async function authorizationOf({ sent, receive }) {
  await pause();
  receive(response(sent[0], "401 Unauthorized", [challenge]));
  await pause();
  return field(sent[1], "Authorization");
}

const jssip = await startJssip();
jssip.phone.register();
const sipjs = await startSipjs();
new sipjs.SIP.Registerer(sipjs.phone).register();

const [ofJssip, ofSipjs] = [await authorizationOf(jssip), await authorizationOf(sipjs)];
const realmIn = (authorization) => /realm=(.*?), nonce/.exec(authorization)[1];
console.log(`expected:       realm=${realm}`);
console.log(`jssip 3.13.8:   realm=${realmIn(ofJssip)}, ${readable.test(ofJssip) ? "readable" : "not readable"}`);
console.log(`sip.js 0.21.2:  realm=${realmIn(ofSipjs)}, ${readable.test(ofSipjs) ? "readable" : "not readable"}`);
const still = realmIn(ofJssip) === '"the "best" realm"' && !readable.test(ofJssip) && readable.test(ofSipjs);
console.log(still ? "still so: JsSIP's Authorization is malformed" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
