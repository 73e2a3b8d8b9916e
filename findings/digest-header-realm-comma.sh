#!/bin/bash
# digest-header cuts a realm at its comma, so a right password is refused in a realm like "Acme, Inc.".
#
# Input: a Digest challenge with realm="Acme, Inc.".
# Expected: the Authorization field has the same realm, and the digest is computed with it (RFC 7616 §3.4.2). A comma
# in a quoted-string separates nothing (RFC 9110 §5.6.4, §11.2).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error digest-header@1.1.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const digestHeader = createRequire(import.meta.url)("digest-header");
const md5 = (text) => createHash("md5").update(text).digest("hex");

function answerTo(realm) {
  const challenge = `Digest realm="${realm}", nonce="abc", qop="auth", algorithm=MD5, opaque="def"`;
  const authorization = digestHeader("GET", "/", challenge, "bob:secret");
  const value = (name) => new RegExp(`[ ,]${name}="?([^"]*?)"?(?:,|$)`).exec(authorization)?.[1];
  const middle = ["nonce", "nc", "cnonce", "qop"].map(value).join(":");
  const right = md5(`${md5(`bob:${realm}:secret`)}:${middle}:${md5("GET:/")}`);
  return { realm: /realm="(.*?)"/.exec(authorization)[1], right: value("response") === right };
}

console.log("digest-header 1.1.0");
const [plain, comma] = ["Acme Inc.", "Acme, Inc."].map((realm) => {
  const answer = answerTo(realm);
  console.log(`expected realm "${realm}": answered with "${answer.realm}", digest ${answer.right ? "right" : "wrong"}`);
  return answer;
});
const still = plain.right && comma.realm === "Acme" && !comma.right;
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
