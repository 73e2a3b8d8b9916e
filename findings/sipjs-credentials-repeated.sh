#!/bin/bash
# SIP.js repeats the credentials of its first REGISTER in each refresh: a server that counts takes them for a replay.
#
# Input: a REGISTER is answered 401 with qop="auth", the next one 200; then the application refreshes twice.
# Expected: nc=00000001, 00000002, 00000003, each with a response of its own: nc is the number of requests that the
# client has sent with this nonce, and a server that sees the same count twice knows the request as a replay (RFC 7616
# §3.4). Such a server answers each refresh with 401, so a registration costs twice its requests.
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

const challenge = 'WWW-Authenticate: Digest realm="home", nonce="n", algorithm=MD5, qop="auth"';
const { phone, sent, receive, SIP } = await startSipjs();
const registerer = new SIP.Registerer(phone);
const accept = () => receive(response(sent.at(-1), "200 OK", [`Contact: ${field(sent.at(-1), "Contact")}`]));

await registerer.register();
receive(response(sent.at(-1), "401 Unauthorized", [challenge]));
await pause();
accept();
for (let refresh = 1; refresh <= 2; refresh += 1) {
  await registerer.register();
  await pause();
  accept();
}

console.log("sip.js 0.21.2, REGISTER requests after the challenge (expected: nc=00000001, 00000002, 00000003)");
const credentials = sent.slice(1).map((text) => {
  const value = field(text, "Authorization");
  const pick = (name) => new RegExp(`\\b${name}="?([^",]*)`).exec(value)?.[1];
  console.log(`CSeq ${field(text, "CSeq")}: nc=${pick("nc")}, cnonce=${pick("cnonce")}, response=${pick("response")}`);
  return value;
});
const still = credentials.length === 3 && new Set(credentials).size === 1 && credentials[0].includes("nc=00000001");
console.log(still ? "still so: three times the same credentials" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
