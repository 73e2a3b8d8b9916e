#!/bin/bash
# drachtio-srf reads an IPv6 Via as the host `[2001` and loses the parameters after it, the branch among them.
#
# Input: the Via fields of RFC 5118 §4.5, one with the IPv6 address as its host, one with it in `received`.
# Expected: host [2001:db8::9:1], port 6050, received and branch (RFC 3261 §25.1: sent-by = host [ COLON port ], host
# may be an IPv6reference; RFC 5118 §4.5 allows received with and without brackets). The library knows IPv6: parseUri
# reads `sip:a@[2001:db8::9:1]:6050` rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error drachtio-srf@5.0.29 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const Srf = createRequire(import.meta.url)("drachtio-srf");
const BRANCH = "z9hG4bKas3-111";
const read = (via) => {
  const lines = ["OPTIONS sip:a@h.example SIP/2.0", `Via: ${via}`, "CSeq: 1 OPTIONS", "Content-Length: 0", "", ""];
  return new Srf.SipMessage(lines.join("\r\n")).getParsedHeader("via")[0];
};
const vias = {
  "IPv4 everywhere": `SIP/2.0/UDP 192.0.2.9:6050;received=192.0.2.255;branch=${BRANCH}`,
  "IPv6 host": `SIP/2.0/UDP [2001:db8::9:1]:6050;branch=${BRANCH}`,
  "IPv6 received": `SIP/2.0/UDP h.example:6050;received=2001:db8::9:255;branch=${BRANCH}`,
};

console.log("drachtio-srf 5.0.29");
const { host, port } = Srf.parseUri("sip:a@[2001:db8::9:1]:6050");
console.log(`parseUri("sip:a@[2001:db8::9:1]:6050"): ${JSON.stringify({ host, port })}`);
const seen = Object.entries(vias).map(([name, via]) => {
  const { host, port, params } = read(via);
  console.log(`${name}: ${via}\n  read as ${JSON.stringify({ host, port, params })}`);
  return { host, branch: params.branch };
});
console.log(`expected in each: the host of the field, branch ${BRANCH}`);
const still =
  host === "[2001:db8::9:1]" &&
  seen[0].branch === BRANCH &&
  seen[1].host === "[2001" &&
  seen.slice(1).every(({ branch }) => branch === undefined);
console.log(still ? "still so: no branch is found in an IPv6 Via" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
