#!/bin/bash
# The package sdp cuts the `==` off the base64 values of a=fmtp.
#
# Input: an H.264 format with `sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==`, read with `parseFmtp` and put back with
# `writeFmtp`.
# Expected: the same line. The parameter sets are base64 (RFC 6184 §8.1), whose padding belongs to the value (RFC 4648
# §3.2), so only the first `=` separates a parameter's name from its value. A strict decoder refuses what is left.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sdp@3.2.2 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { parseFmtp, writeFmtp } = createRequire(import.meta.url)("sdp");
const line = "a=fmtp:98 profile-level-id=42A01E;sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==";
const parameters = parseFmtp(line);
const written = writeFmtp({ payloadType: 98, parameters }).trim();

console.log("sdp 3.2.2");
console.log(`input and expected: ${line}`);
console.log(`parsed:             ${JSON.stringify(parameters)}`);
console.log(`written:            ${written}`);
const still = written === line.replace("==", "");
console.log(still ? "still so: the padding is lost" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
