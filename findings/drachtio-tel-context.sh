#!/bin/bash
# drachtio-srf drops the phone-context of a local telephone number when the context is itself a number.
#
# Input: RFC 3966 §6's example `tel:863-1234;phone-context=+1-914-555`, read with `Srf.parseUri` and written with
# `Srf.stringifyUri`; as a control, the example `tel:7042;phone-context=example.com`.
# Expected: both come back as they were. A phone-context is a domain name or a global number, which begins with `+`
# (§3, §5.1.5), and a local number must have one: without it the number means something else at each place.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error drachtio-srf@5.0.29 || exit 2

cat >probe.mjs <<'PROBE'
import { createRequire } from "node:module";

const { parseUri, stringifyUri } = createRequire(import.meta.url)("drachtio-srf");

console.log("drachtio-srf 5.0.29");
const [domain, number] = ["tel:7042;phone-context=example.com", "tel:863-1234;phone-context=+1-914-555"].map((uri) => {
  const parsed = parseUri(uri);
  const written = stringifyUri(parsed);
  console.log(`input and expected: ${uri}\n  parsed:  ${JSON.stringify(parsed)}\n  written: ${written}`);
  return { kept: written === uri, context: parsed.context, written };
});
const still = domain.kept && number.context === null && number.written === "tel:863-1234";
console.log(still ? "still so: the context is lost without an error" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
