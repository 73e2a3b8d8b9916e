#!/bin/bash
# digest-fetch computes its digest with the realm of another challenge when the server offers Basic and Digest.
#
# Input: 401 with two WWW-Authenticate fields, Basic with realm="files" and Digest with realm="sip".
# Expected: the digest is for the realm "sip" (RFC 7616 §3.4.2: A1 has the realm of the Digest challenge; RFC 9110
# §11.6.1: each challenge has its own parameters). The server refuses the other digest, so a right password never logs
# in.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error digest-fetch@3.1.1 || exit 2

cat >probe.mjs <<'PROBE'
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import DigestClient from "digest-fetch";

const md5 = (text) => createHash("md5").update(text).digest("hex");
const challenge = 'Digest realm="sip", qop="auth", algorithm=MD5, nonce="abc", opaque="def"';

/** Whether the credentials prove bob's password for the realm "sip", as a server checks it. */
function isRight(authorization) {
  const value = (name) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(authorization)?.[1];
  const [secret, request] = [md5("bob:sip:secret"), md5(`GET:${value("uri")}`)];
  const middle = ["nonce", "nc", "cnonce", "qop"].map(value).join(":");
  return value("response") === md5(`${secret}:${middle}:${request}`);
}

async function statusWith(challenges) {
  let realm;
  const server = createServer(({ headers: { authorization } }, response) => {
    realm = /realm="(.*?)"/.exec(authorization)?.[1] ?? realm;
    if (authorization !== undefined && isRight(authorization)) response.writeHead(200);
    else response.writeHead(401, { "WWW-Authenticate": challenges });
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { status } = await new DigestClient("bob", "secret").fetch(`http://127.0.0.1:${server.address().port}/`);
  server.closeAllConnections();
  server.close();
  return { status, realm };
}

const alone = await statusWith([challenge]);
const second = await statusWith(['Basic realm="files"', challenge]);
console.log("digest-fetch 3.1.1");
console.log(`Digest alone:           ${JSON.stringify(alone)}`);
console.log(`Digest after Basic:     ${JSON.stringify(second)}   (expected: ${JSON.stringify(alone)})`);
const still = alone.status === 200 && second.status === 401 && second.realm === "files";
console.log(still ? "still so: the digest is for the realm of Basic" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
