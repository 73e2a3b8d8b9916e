#!/bin/bash
# A peer connection whose offer was answered by two phones does not connect to the one whose answer it is given.
#
# Input: one offer, as SIP forks it to two phones (RFC 3261 §16.6); both make an answer, and the caller gets the answer of one,
# as a proxy passes on the first 200. All candidates are in the descriptions.
# Expected: connected with the phone whose answer was set: its fingerprint is the only one that a DTLS handshake can have
# (RFC 8827 §6.5), and the messages of the other phone are from a peer that is in no description.
# ICE connects, and DTLS does not: it has begun with the other phone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --loglevel=error @roamhq/wrtc@0.10.0 || exit 2

cat >probe.mjs <<'PROBE'
import wrtc from "@roamhq/wrtc";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const gathered = async (connection) => {
  while (connection.iceGatheringState !== "complete") await pause(10);
};

/** Connects a caller to the first of `phones` answering phones. @returns the caller's states after at most six seconds */
async function call(phones) {
  const [caller, ...callees] = Array.from({ length: phones + 1 }, () => new wrtc.RTCPeerConnection());
  caller.createDataChannel("call");
  await caller.setLocalDescription(await caller.createOffer());
  await gathered(caller);
  for (const callee of callees) {
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription(await callee.createAnswer());
    await gathered(callee);
  }
  await pause(500);
  await caller.setRemoteDescription(callees[0].localDescription);
  for (let waited = 0; waited < 6000 && caller.connectionState !== "connected"; waited += 20) await pause(20);
  const { connectionState, iceConnectionState } = caller;
  for (const connection of [caller, ...callees]) connection.close();
  return { connectionState, iceConnectionState };
}

const [alone, forked] = [[], []];
for (let round = 0; round < 2; round += 1) {
  alone.push(await call(1));
  forked.push(await call(2));
}
const words = (states) => states.map(({ connectionState, iceConnectionState }) => `${connectionState} (ICE ${iceConnectionState})`);
console.log("expected: connected, with one phone and with two");
console.log(`@roamhq/wrtc 0.10.0, one phone answers: ${words(alone).join(", ")}`);
console.log(`@roamhq/wrtc 0.10.0, two phones answer: ${words(forked).join(", ")}`);
const still =
  alone.every(({ connectionState }) => connectionState === "connected") &&
  forked.every(({ connectionState }) => connectionState !== "connected");
console.log(still ? "still so" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
