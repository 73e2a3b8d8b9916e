#!/bin/bash
# drachtio-srf reads an IPv6 Via as the host `[2001` and loses the parameters after it, the branch among them.
#
# Input: the two Via fields of RFC 5118 §4.5, and one with an IPv6 address in `received` alone.
# Expected: the host as written, received and branch. A host may be an IPv6reference (RFC 3261 §25.1), and `received`
# is accepted with and without brackets (RFC 5118 §4.5). The library knows IPv6: `parseUri` reads it rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error drachtio-srf@5.0.29 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const Srf = createRequire(import.meta.url)("drachtio-srf");
const read = (via) => {
  const lines = ["OPTIONS sip:a@h.example SIP/2.0", `Via: ${via}`, "CSeq: 1 OPTIONS", "Content-Length: 0", "", ""];
  return new Srf.SipMessage(lines.join("\r\n")).getParsedHeader("via")[0];
};
const vias = [
  "SIP/2.0/UDP 192.0.2.9;received=192.0.2.255;branch=z9hG4bKas3",
  "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3",
  "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111",
  "SIP/2.0/UDP h.example;received=2001:db8::9:255;branch=z9hG4bKas3",
];

console.log("drachtio-srf 5.0.29");
const { host, port } = Srf.parseUri("sip:a@[2001:db8::9:1]:6050");
console.log(`parseUri("sip:a@[2001:db8::9:1]:6050"): ${JSON.stringify({ host, port })}`);
const [ipv4, ...ipv6] = vias.map((via) => {
  const { host, params } = read(via);
  console.log(`Via: ${via}\n  read as ${JSON.stringify({ host, ...params })}`);
  return { host, branch: params.branch };
});
console.log("expected in each: the host, received and branch of the field");
const still =
  host === "[2001:db8::9:1]" &&
  ipv4.branch === "z9hG4bKas3" &&
  ipv6[0].host === "[2001" &&
  ipv6.every(({ branch }) => branch === undefined);
console.log(still ? "still so: no branch is found in an IPv6 Via" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
