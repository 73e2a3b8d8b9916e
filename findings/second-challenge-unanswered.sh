#!/bin/bash
# JsSIP and SIP.js give a request up when a proxy asks for a password and then the server behind it.
#
# Input: INVITE is answered 407 with the realm "proxy"; the INVITE with these credentials is answered 401 with the realm
# "office". As a control, the 401 alone.
# Expected: a third INVITE with Proxy-Authorization for "proxy" and Authorization for "office". A client should answer
# each 401 and 407 (RFC 3261 §8.1.3.5), the server of one realm knows nothing of the other's (§22.3), and only
# credentials that were rejected must not be tried again (§22.2). Both answer one challenge for each request.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, pause, response, startJssip, startSipjs, summary } from "./phones.mjs";

const challenge = (realm) => `Digest realm="${realm}", nonce="of-${realm}", algorithm=MD5, qop="auth"`;
const proxy = ["407 Proxy Authentication Required", [`Proxy-Authenticate: ${challenge("proxy")}`]];
const office = ["401 Unauthorized", [`WWW-Authenticate: ${challenge("office")}`]];

const callers = {
  async "jssip 3.13.8"() {
    const started = await startJssip();
    started.phone.call("sip:alice@home.example", { mediaConstraints: { audio: false, video: false } });
    return started;
  },
  async "sip.js 0.21.2"() {
    const started = await startSipjs();
    new started.SIP.Inviter(started.phone, started.SIP.UserAgent.makeURI("sip:alice@home.example")).invite();
    return started;
  },
};

async function sentAfter(challenges, start) {
  const { sent, receive } = await start();
  await pause();
  for (const [status, lines] of challenges) {
    receive(response(sent.at(-1), status, lines));
    await pause();
  }
  const realms = ["Proxy-Authorization", "Authorization"].map((name) =>
    /realm="(.*?)"/.exec(field(sent.at(-1), name))?.[1],
  );
  return `${sent.map(summary).join(", ")}; last with realm ${realms.filter(Boolean).join(" and ") || "none"}`;
}

let still = true;
for (const [name, start] of Object.entries(callers)) {
  const once = await sentAfter([office], start);
  const twice = await sentAfter([proxy, office], start);
  console.log(`${name}, 401:          ${once}`);
  console.log(`${name}, 407 then 401: ${twice}`);
  still &&= once === "INVITE, ACK, INVITE; last with realm office";
  still &&= twice === "INVITE, ACK, INVITE, ACK; last with realm none";
}
console.log("expected of the second: INVITE, ACK, INVITE, ACK, INVITE; last with realm proxy and office");
console.log(still ? "still so: the call fails with 401 although the password is right" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
