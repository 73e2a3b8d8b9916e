#!/bin/bash
# SIP.js does not see an offer whose Content-Type is written `Application/SDP` and answers it with an offer of its own.
#
# Input: an INVITE with an offer, the type in small letters and as `Application/SDP`; the application accepts it.
# Expected: no difference. Type and subtype are case-insensitive (RFC 2045 §5.1; RFC 3261 §7.3.1), so the phone sets
# the offer and the 200 has the answer (RFC 3261 §13.2.1). The 200 has an offer instead, and the caller waits for an
# answer.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error sip.js@0.21.2 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { message, pause, startSipjs, summary } from "./phones.mjs";

const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
const { Web } = await import("sip.js");

/** The answers and what the session asks of its description handler, which reads the type as the one of SIP.js does. */
async function callWith(type) {
  const asked = [];
  const { hasDescription } = Web.SessionDescriptionHandler.prototype;
  const { sent, receive, uri } = await startSipjs({
    delegate: { onInvite: (invitation) => void invitation.accept() },
    sessionDescriptionHandlerFactory: () => ({
      close: () => {},
      hasDescription: (contentType) => hasDescription.call({ logger: { debug: () => {} } }, contentType),
      setDescription: async () => void asked.push("set the offer"),
      getDescription: async () => {
        asked.push(asked.length === 0 ? "make an offer" : "make the answer");
        return { body: sdp, contentType: "application/sdp" };
      },
    }),
  });
  receive(
    message(
      [
        `INVITE ${uri} SIP/2.0`,
        "Via: SIP/2.0/WS server.example;branch=z9hG4bKa",
        "Max-Forwards: 70",
        "From: <sip:alice@home.example>;tag=a",
        "To: <sip:bob@home.example>",
        "Call-ID: call",
        "CSeq: 1 INVITE",
        "Contact: <sip:alice@192.0.2.1>",
        `Content-Type: ${type}`,
      ],
      sdp,
    ),
  );
  await pause(300);
  return `${asked.join(", ")}; ${sent.map(summary).join(", ")}`;
}

console.log("sip.js 0.21.2");
const small = await callWith("application/sdp");
const capital = await callWith("Application/SDP");
console.log(`application/sdp: ${small}`);
console.log(`Application/SDP: ${capital}   (expected: the same)`);
const still = small.startsWith("set the offer, make the answer; ") && capital.startsWith("make an offer; ");
console.log(still && capital.endsWith("200 to INVITE") ? "still so: the offer is answered with an offer" : "changed");
process.exit(still && capital.endsWith("200 to INVITE") ? 0 : 1);
PROBE
node probe.mjs
