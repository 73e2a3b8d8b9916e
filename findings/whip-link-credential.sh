#!/bin/bash
# The WHIP client whip-whep cuts a TURN credential at `;` and removes apostrophes from it.
#
# Input: RFC 9725's Link field for a TURN server ("STUN/TURN Server Configuration"), with the credentials `pass;word`
# and `it's`, and `myPassword` as a control.
# Expected: an ICE server with the credential as given. The value is a quoted-string, in which `;` separates nothing
# (RFC 8288 §3; RFC 9110 §5.6.4), and an apostrophe is a plain character (§5.6.2, §5.6.4). The TURN server refuses
# what is left.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error whip-whep@1.2.0 || exit 2
cp "$support/whip-server.mjs" .

cat >probe.mjs <<'PROBE'
import { WHIPClient } from "whip-whep/whip.js";
import { PeerConnection, sdp, startServer } from "./whip-server.mjs";

async function credentialFor(credential) {
  const turn = '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"';
  const link = `${turn}; credential="${credential}"; credential-type="password"`;
  const headers = { "Content-Type": "application/sdp", Location: "/session/1", Link: link };
  const server = await startServer(() => [201, headers, sdp]);
  const connection = new PeerConnection();
  await new WHIPClient().publish(connection, `${server.url}/whip`);
  return connection.getConfiguration().iceServers[0].credential;
}

console.log("whip-whep 1.2.0");
const read = [];
for (const credential of ["myPassword", "pass;word", "it's"]) {
  read.push(await credentialFor(credential));
  console.log(`expected credential: ${credential.padEnd(12)} given to the peer connection: ${read.at(-1)}`);
}
const still = read[0] === "myPassword" && read[1] === "pass" && read[2] === "its";
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
