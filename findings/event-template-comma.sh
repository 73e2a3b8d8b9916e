#!/bin/bash
# JsSIP sends a broken Event header field for an event package with a template: `presence.,winfo` for
# `presence.winfo`.
#
# Input: `ua.subscribe(…, "presence.winfo", …)`, and SUBSCRIBE with `Event: presence.winfo` from another phone.
# Expected: `Event: presence.winfo`, as RFC 3857 §4.1 writes it (RFC 6665 §8.4: event-type = event-package *( "."
# template )). A server answers the other text with 489, and an application that compares the package's name never
# finds it.
set -eu
support=$(cd "$(dirname "$0")/support" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error jssip@3.13.8 || exit 2
cp "$support/phones.mjs" .

cat >probe.mjs <<'PROBE'
import { field, message, pause, startJssip } from "./phones.mjs";

const { phone, sent, receive, uri } = await startJssip();
phone.subscribe("sip:bob@home.example", "presence.winfo", "application/watcherinfo+xml", { expires: 600 }).subscribe();
await pause();
const written = field(sent[0], "Event");

let read;
phone.on("newSubscribe", ({ event }) => {
  read = event.event;
});
receive(
  message([
    `SUBSCRIBE ${uri} SIP/2.0`,
    "Via: SIP/2.0/WS server.example;branch=z9hG4bKsubscribe",
    "Max-Forwards: 70",
    "From: <sip:alice@home.example>;tag=a",
    "To: <sip:bob@home.example>",
    "Call-ID: subscribe",
    "CSeq: 1 SUBSCRIBE",
    "Contact: <sip:alice@192.0.2.1>",
    "Event: presence.winfo",
  ]),
);
await pause();

console.log("jssip 3.13.8, expected: presence.winfo on the wire and in the event of newSubscribe");
console.log(`sent in SUBSCRIBE:    Event: ${written}`);
console.log(`read from SUBSCRIBE:  ${read}`);
const still = written === "presence.,winfo" && read === "presence.,winfo";
console.log(still ? "still so: a comma is written after the dot" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
