#!/bin/bash
# @msimerson/stun reads IPv6 addresses in XOR-MAPPED-ADDRESS wrongly: it undoes the XOR in their first 32 bits only.
#
# Input: the sample IPv6 response of RFC 5769 §2.3, and a response that the library writes itself.
# Expected: 2001:db8:1234:5678:11:2233:4455:6677. An IPv6 address is XORed with the magic cookie followed by the
# transaction id (RFC 5389 §15.2). What the library writes is right: the package stun reads it, and the library itself
# does not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @msimerson/stun@3.2.1 stun@2.1.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [surprising, other] = [require("@msimerson/stun"), require("stun")];
const expected = "2001:db8:1234:5678:11:2233:4455:6677";
const vector = Buffer.from(
  "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5" +
    "bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c",
  "hex",
);
const own = surprising.createMessage(surprising.constants.STUN_BINDING_RESPONSE);
own.addXorAddress(expected, 32853);

console.log(`expected:                                       ${expected}`);
const read = [["the RFC's vector", vector], ["its own message ", surprising.encode(own)]].map(([name, message]) => {
  const [bySurprising, byOther] = [surprising, other].map(({ decode }) => decode(message).getXorAddress().address);
  console.log(`${name} read by @msimerson/stun 3.2.1: ${bySurprising}`);
  console.log(`${name} read by stun 2.1.0:            ${byOther}`);
  return bySurprising !== expected && bySurprising.startsWith("2001:db8:") && byOther === expected;
});
const still = read.every(Boolean);
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
