#!/bin/bash
# Two libraries for Web Push send a notification with a TTL of 0 as one that the push service keeps: for a day, or for a
# minute.
#
# Input: a message with `ttl: 0`, as for the end of a call's ringing, which means nothing a minute later.
# Expected: the header field `TTL: 0`. RFC 8030 §5.2 has 0 for a message that is delivered at once or not at all, and
# web-push 3.6.7 sends it so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
  @pushforge/builder@2.0.5 @block65/webcrypto-web-push@2.0.0 web-push@3.6.7 || exit 2

cat >probe.mjs <<'PROBE'
import { createECDH, generateKeyPairSync, randomBytes } from "node:crypto";
import { buildPushPayload } from "@block65/webcrypto-web-push";
import { buildPushHTTPRequest } from "@pushforge/builder";
import webPush from "web-push";

const browser = createECDH("prime256v1");
const keys = { p256dh: browser.generateKeys().toString("base64url"), auth: randomBytes(16).toString("base64url") };
const subscription = { endpoint: "https://push.example.com/device", expirationTime: null, keys };
const subject = "mailto:admin@example.com";
const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const privateJWK = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });

const message = { payload: { type: "stop" }, adminContact: subject };
const forge = async (ttl) => {
  const { headers } = await buildPushHTTPRequest({ privateJWK, subscription, message: { ...message, options: { ttl } } });
  return new Headers(headers).get("ttl");
};
const block = async (ttl) => {
  const vapid = { subject, publicKey, privateKey };
  const { headers } = await buildPushPayload({ data: "stop", options: { ttl } }, subscription, vapid);
  return new Headers(headers).get("ttl");
};
const reference = (TTL) => {
  const vapidDetails = { subject, publicKey, privateKey };
  return String(webPush.generateRequestDetails(subscription, "stop", { TTL, vapidDetails }).headers.TTL);
};

const seen = [];
for (const [name, ttlOf] of Object.entries({
  "@pushforge/builder 2.0.5": forge,
  "@block65/webcrypto-web-push 2.0.0": block,
  "web-push 3.6.7": reference,
})) {
  const [zero, ten] = [await ttlOf(0), await ttlOf(10)];
  console.log(`${name}: ttl 10 is sent as TTL: ${ten}; ttl 0 as TTL: ${zero} (expected: 0)`);
  seen.push(ten, zero);
}
process.exit(seen.join() === "10,86400,10,60,10,0" ? 0 : 1);
PROBE
node --no-warnings probe.mjs
