// A ladder as packets of HEP3 for Homer, heplify and `sngrep -L`: one for each message. Written here, because hep-js, the one
// package for it, counts characters instead of octets.
import type { Arrow, Ladder } from "./ladder.ts";
import { addressOf, sipMessageOf, PORT } from "./rebuilt-message.ts";

/** Types of chunks. */
const FAMILY = 1;
const PROTOCOL = 2;
const SOURCE_ADDRESS = 3;
const TARGET_ADDRESS = 4;
const SOURCE_PORT = 7;
const TARGET_PORT = 8;
const SECONDS = 9;
const MICROSECONDS = 10;
const PAYLOAD_TYPE = 11;
const PAYLOAD = 15;
const CORRELATION_ID = 17;
const NODE_NAME = 19;

const [IPV4, UDP, SIP] = [2, 17, 1];

/** Each is the content of a UDP packet. HEP has no type for HTTP, so the leg to an endpoint is left out. */
export function hepLadder(ladder: Ladder): readonly Buffer[] {
  const arrows = ladder.steps.filter((step) => step.kind === "arrow");
  return arrows.filter(({ host }) => host === undefined).map((arrow) => packet(arrow, ladder));
}

function packet(arrow: Arrow, ladder: Ladder): Buffer {
  const { at, from, to } = arrow;
  const chunks = Buffer.concat([
    chunk(FAMILY, Buffer.from([IPV4])),
    chunk(PROTOCOL, Buffer.from([UDP])),
    chunk(SOURCE_ADDRESS, Buffer.from(addressOf(from))),
    chunk(TARGET_ADDRESS, Buffer.from(addressOf(to))),
    chunk(SOURCE_PORT, uint16(PORT)),
    chunk(TARGET_PORT, uint16(PORT)),
    chunk(SECONDS, uint32(Math.floor(at / 1000))),
    chunk(MICROSECONDS, uint32((at % 1000) * 1000)),
    chunk(PAYLOAD_TYPE, Buffer.from([SIP])),
    chunk(CORRELATION_ID, Buffer.from(ladder.calls[0]?.callId ?? "")),
    chunk(NODE_NAME, Buffer.from("sip-serverless")),
    chunk(PAYLOAD, Buffer.from(sipMessageOf(arrow, ladder))),
  ]);
  return Buffer.concat([Buffer.from("HEP3"), uint16(6 + chunks.length), chunks]);
}

/** The length counts the six octets before the value. */
function chunk(type: number, value: Buffer): Buffer {
  return Buffer.concat([uint16(0), uint16(type), uint16(6 + value.length), value]);
}

function uint16(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(value);
  return octets;
}

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}
