// A TURN client that asks for a relay, keeps it and gives it back (RFC 8656 §7, §8), over UDP: as little of STUN (RFC 8489)
// as that takes.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

export interface TurnClient {
  /** The code of the error a request was answered with (401, 438 …); 0 for a success. */
  allocate(): Promise<number>;
  refresh(lifetimeSeconds: number): Promise<number>;
  close(): void;
}

const ALLOCATE = 0x0003;
const REFRESH = 0x0004;
const ERROR_BITS = 0x0110;

const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const LIFETIME = 0x000d;
const REALM = 0x0014;
const NONCE = 0x0015;
const REQUESTED_TRANSPORT = 0x0019;
const UDP = 17;

const HEADER_LENGTH = 20;
const COOKIE = 0x2112a442;
const PATIENCE_MILLISECONDS = 3000;

/** Talks to the TURN server on a port of the loopback interface. */
export async function connectTurn(port: number, { username, credential }: TurnCredentials): Promise<TurnClient> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  let challenge: Attributes = new Map();

  /** As RFC 8489 §9.2.4 has it: once without credentials where no challenge is known, then with them. */
  async function ask(method: number, attributes: readonly Attribute[]): Promise<number> {
    const [realm, nonce] = [challenge.get(REALM), challenge.get(NONCE)];
    const isChallenged = realm !== undefined && nonce !== undefined;
    const key = createHash("md5")
      .update(`${username}:${realm?.toString() ?? ""}:${credential}`)
      .digest();
    const request = isChallenged
      ? signed(method, [...attributes, [USERNAME, Buffer.from(username)], [REALM, realm], [NONCE, nonce]], key)
      : write(method, attributes);
    const { error, attributes: answered } = await exchange(socket, request);
    const isNewNonce = error === 438 || (error === 401 && !isChallenged);
    if (!isNewNonce) return error;
    challenge = answered;
    return ask(method, attributes);
  }

  return {
    allocate: () => ask(ALLOCATE, [[REQUESTED_TRANSPORT, Buffer.from([UDP, 0, 0, 0])]]),
    refresh: (seconds) => ask(REFRESH, [[LIFETIME, uint32(seconds)]]),
    close: () => socket.close(),
  };
}

type Attribute = readonly [type: number, value: Buffer];
type Attributes = ReadonlyMap<number, Buffer>;

async function exchange(socket: Socket, request: Buffer): Promise<{ error: number; attributes: Attributes }> {
  const answered = once(socket, "message", { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  socket.send(request);
  const [answer]: unknown[] = await answered;
  if (!Buffer.isBuffer(answer)) throw new TypeError("no datagram");
  const attributes = read(answer);
  const isError = (answer.readUInt16BE(0) & ERROR_BITS) === ERROR_BITS;
  const code = attributes.get(ERROR_CODE) ?? Buffer.alloc(4);
  return { error: isError ? code.readUInt8(2) * 100 + code.readUInt8(3) : 0, attributes };
}

function write(method: number, attributes: readonly Attribute[], room = 0): Buffer {
  const body = Buffer.concat(
    attributes.map(([type, value]) => Buffer.concat([uint16(type), uint16(value.length), padded(value)])),
  );
  return Buffer.concat([uint16(method), uint16(body.length + room), uint32(COOKIE), randomBytes(12), body]);
}

/** RFC 8489 §14.5: the length says already what the signature will add. */
function signed(method: number, attributes: readonly Attribute[], key: Buffer): Buffer {
  const message = write(method, attributes, 24);
  const signature = createHmac("sha1", key).update(message).digest();
  return Buffer.concat([message, uint16(MESSAGE_INTEGRITY), uint16(signature.length), signature]);
}

function read(message: Buffer): Attributes {
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_LENGTH; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    attributes.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + length + paddingOf(length);
  }
  return attributes;
}

function padded(value: Buffer): Buffer {
  return Buffer.concat([value, Buffer.alloc(paddingOf(value.length))]);
}

function paddingOf(length: number): number {
  return (4 - (length % 4)) % 4;
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
