#!/bin/bash
# node-turn ends an allocation when its client refreshes it, so each relayed call falls silent after some minutes.
#
# Input: Allocate, Refresh with LIFETIME 600, then CreatePermission for a peer; as a control, the same without Refresh.
# Expected: the Refresh sets the time-to-expiry to a value that is at least the default and tells it in LIFETIME
# (RFC 5766 §7.2), and CreatePermission succeeds. The code computes `Math.min(600, undefined)`: the
# allocation is deleted after a timer of NaN milliseconds. Only LIFETIME 0 asks for that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error node-turn@0.0.6 || exit 2

cat >probe.mjs <<'PROBE'
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createRequire } from "node:module";

const Turn = createRequire(import.meta.url)("node-turn");
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const bound = async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
};

/** A STUN attribute (RFC 8489 §14). */
const attribute = (type, value) => {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value]);
};
const LIFETIME = 0x000d;
const udp = attribute(0x0019, Buffer.from([17, 0, 0, 0]));
const lifetime = attribute(LIFETIME, Buffer.from([0, 0, 600 >> 8, 600 & 255]));
/** XOR-PEER-ADDRESS 192.0.2.1:5000. */
const peer = attribute(
  0x0012,
  Buffer.from([0, 1, (5000 >> 8) ^ 0x21, (5000 & 255) ^ 0x12, 192 ^ 0x21, 0 ^ 0x12, 2 ^ 0xa4, 1 ^ 0x42]),
);

async function client(port) {
  const socket = await bound();
  return async (method, ...attributes) => {
    const body = Buffer.concat(attributes);
    const header = Buffer.alloc(8);
    header.writeUInt16BE(method, 0);
    header.writeUInt16BE(body.length, 2);
    header.writeUInt32BE(0x2112a442, 4);
    socket.send(Buffer.concat([header, randomBytes(12), body]), port, "127.0.0.1");
    const [reply] = await once(socket, "message");
    const seconds = {};
    for (let at = 20; at < reply.length; at += 4 + Math.ceil(reply.readUInt16BE(at + 2) / 4) * 4) {
      if (reply.readUInt16BE(at) === LIFETIME) seconds.lifetime = reply.readUInt32BE(at + 4);
      if (reply.readUInt16BE(at) === 0x0009) seconds.error = reply[at + 6] * 100 + reply[at + 7];
    }
    return { success: reply.readUInt16BE(0) === (method | 0x0100), ...seconds };
  };
}

const free = await bound();
const { port } = free.address();
free.close();
const ips = ["127.0.0.1"];
const server = new Turn({ listeningIps: ips, relayIps: ips, listeningPort: port, authMech: "none", log: () => {} });
server.start();
await pause(300);

console.log("node-turn 0.0.6");
const results = {};
for (const name of ["without Refresh", "with Refresh"]) {
  const send = await client(port);
  console.log(`${name}: Allocate         ${JSON.stringify(await send(0x0003, udp))}`);
  if (name === "with Refresh") {
    results.refresh = await send(0x0004, lifetime);
    console.log(`${name}:    Refresh          ${JSON.stringify(results.refresh)}   (expected: lifetime 600)`);
  }
  await pause(200);
  results[name] = await send(0x0008, peer);
  console.log(`${name}: CreatePermission ${JSON.stringify(results[name])}   (expected: success)`);
}
const still =
  results["without Refresh"].success && results.refresh.lifetime !== 600 && results["with Refresh"].error === 437;
console.log(still ? "still so: after Refresh the allocation is gone" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
