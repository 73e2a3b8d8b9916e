#!/bin/bash
# The WHIP client whip-whep builds SDP with a line `,a=candidate:…` when the server answers an ICE restart with two
# candidates.
#
# Input: `restart()`; the server's answer to PATCH has the new ice-ufrag and ice-pwd and two candidates.
# Expected: a remote description with two lines `a=candidate:…` (RFC 8866 §5: a line is a letter, `=` and the value).
# An answer with the new candidates is what RFC 9725 provides for restarts ("ICE Restarts"); with one candidate it
# works.
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

const candidate = (number) => `a=candidate:${number} 1 UDP ${number} 198.51.100.${number} 3478 typ host`;

async function linesAfterRestart(candidates) {
  const credentials = ["a=ice-ufrag:second", "a=ice-pwd:secondsecondsecondsecond"];
  const media = ["m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=mid:0", ...candidates, "a=end-of-candidates"];
  const fragment = [...credentials, ...media, ""].join("\r\n");
  const server = await startServer((method) =>
    method === "POST"
      ? [201, { "Content-Type": "application/sdp", Location: "/session/1", ETag: '"first"' }, sdp]
      : [200, { "Content-Type": "application/trickle-ice-sdpfrag", ETag: '"second"' }, fragment],
  );
  const connection = new PeerConnection();
  const client = new WHIPClient();
  await client.publish(connection, `${server.url}/whip`);
  await client.restart();
  return connection.remoteDescription.sdp.split("\r\n").filter((line) => line.includes("candidate:"));
}

const one = await linesAfterRestart([candidate(1)]);
const two = await linesAfterRestart([candidate(1), candidate(2)]);
console.log("whip-whep 1.2.0, candidate lines of the remote description");
console.log(`one candidate:\n  ${one.join("\n  ")}`);
console.log(`two candidates:\n  ${two.join("\n  ")}`);
console.log(`expected:\n  ${candidate(1)}\n  ${candidate(2)}`);
const still = one[0] === candidate(1) && two[1] === `,${candidate(2)}`;
console.log(still ? "still so: the description is no SDP" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
