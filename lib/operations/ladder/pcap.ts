// A ladder as a packet capture that Wireshark and sngrep open without an option: classic pcap, link type 101 (raw IP), a
// packet for each message. SIP is in UDP; a message of HTTP is a segment of TCP of its own, without the handshake and the TLS.
import type { Arrow, Ladder } from "./ladder.ts";
import { addressOf, httpMessageOf, PORT, sipMessageOf } from "./rebuilt-message.ts";
import { SERVER } from "./parties.ts";

const [TCP, UDP] = [6, 17];

export function pcapLadder(ladder: Ladder): Buffer {
  const arrows = ladder.steps.filter((step) => step.kind === "arrow");
  const sent = new Map<string, number>();
  return Buffer.concat([
    fileHeader(),
    ...arrows.map((arrow) => {
      if (arrow.host === undefined)
        return packet(arrow, UDP, datagram(arrow, Buffer.from(sipMessageOf(arrow, ladder))));
      return packet(arrow, TCP, segment(arrow, Buffer.from(httpMessageOf(arrow)), sent));
    }),
  ]);
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

function packet({ at, from, to }: Arrow, protocol: number, payload: Buffer): Buffer {
  const ip = Buffer.alloc(20);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(20 + payload.length, 2);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(protocol, 9);
  addressesOf({ from, to }).copy(ip, 12);
  ip.writeUInt16BE(checksum(ip), 10);
  const record = Buffer.alloc(16);
  record.writeUInt32LE(Math.floor(at / 1000), 0);
  record.writeUInt32LE((at % 1000) * 1000, 4);
  record.writeUInt32LE(20 + payload.length, 8);
  record.writeUInt32LE(20 + payload.length, 12);
  return Buffer.concat([record, ip, payload]);
}

function datagram(arrow: Arrow, text: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(PORT, 0);
  header.writeUInt16BE(PORT, 2);
  header.writeUInt16BE(8 + text.length, 4);
  const udp = Buffer.concat([header, text]);
  udp.writeUInt16BE(transportChecksum(arrow, UDP, udp) || 0xffff, 6);
  return udp;
}

/** @param sent octets so far, by direction: sequence numbers go on, so that viewers see no repetition */
function segment(arrow: Arrow, text: Buffer, sent: Map<string, number>): Buffer {
  const { from, to } = arrow;
  const [way, back] = [`${from} ${to}`, `${to} ${from}`];
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from === SERVER ? CLIENT_PORT : HTTP_PORT, 0);
  header.writeUInt16BE(from === SERVER ? HTTP_PORT : CLIENT_PORT, 2);
  header.writeUInt32BE(1 + (sent.get(way) ?? 0), 4);
  header.writeUInt32BE(1 + (sent.get(back) ?? 0), 8);
  header.writeUInt8(0x50, 12); // five words, no options
  header.writeUInt8(0x18, 13); // PSH, ACK
  header.writeUInt16BE(0xffff, 14);
  const tcp = Buffer.concat([header, text]);
  tcp.writeUInt16BE(transportChecksum(arrow, TCP, tcp), 16);
  sent.set(way, (sent.get(way) ?? 0) + text.length);
  return tcp;
}

const [HTTP_PORT, CLIENT_PORT] = [80, 49_152];

function addressesOf({ from, to }: Pick<Arrow, "from" | "to">): Buffer {
  return Buffer.from([...addressOf(from), ...addressOf(to)]);
}

/** Over the addresses and the length, too (RFC 9293 §3.1, RFC 768). */
function transportChecksum(arrow: Arrow, protocol: number, payload: Buffer): number {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(payload.length);
  return checksum(Buffer.concat([addressesOf(arrow), Buffer.from([0, protocol]), length, payload]));
}

/** RFC 1071. */
function checksum(octets: Buffer): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
