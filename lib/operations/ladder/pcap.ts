// A ladder as a packet capture that Wireshark and sngrep open without an option: classic pcap, link type 101 (raw IP), a
// UDP packet for each message.
import type { Arrow, Ladder } from "./ladder.ts";
import { addressOf, messageOf, PORT } from "./rebuilt-message.ts";

export function pcapLadder(ladder: Ladder): Buffer {
  const arrows = ladder.steps.filter((step) => step.kind === "arrow");
  return Buffer.concat([fileHeader(), ...arrows.map((arrow) => packet(arrow, messageOf(arrow, ladder)))]);
}

/** Names of the made-up addresses, for `tshark -N n -H FILE`. */
export function hostsOf({ parties }: Ladder): string {
  return parties.map(({ label }, at) => `${addressOf(at).join(".")} ${label.replace(/[^\w@.-]/g, "-")}\n`).join("");
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(101, 20);
  return header;
}

function packet({ at, from, to }: Arrow, text: string): Buffer {
  const payload = Buffer.from(text);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(PORT, 0);
  udp.writeUInt16BE(PORT, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  const addresses = Buffer.from([...addressOf(from), ...addressOf(to)]);
  const pseudo = Buffer.concat([addresses, Buffer.from([0, 17]), udp.subarray(4, 6)]);
  udp.writeUInt16BE(checksum(Buffer.concat([pseudo, udp, payload])) || 0xffff, 6);
  const ip = Buffer.alloc(20);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(28 + payload.length, 2);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(17, 9);
  addresses.copy(ip, 12);
  ip.writeUInt16BE(checksum(ip), 10);
  const record = Buffer.alloc(16);
  record.writeUInt32LE(Math.floor(at / 1000), 0);
  record.writeUInt32LE((at % 1000) * 1000, 4);
  record.writeUInt32LE(28 + payload.length, 8);
  record.writeUInt32LE(28 + payload.length, 12);
  return Buffer.concat([record, ip, udp, payload]);
}

/** RFC 1071. */
function checksum(octets: Buffer): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
