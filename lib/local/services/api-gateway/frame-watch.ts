// API Gateway limits frames, and `ws` reports whole messages only. So this reads the frame headers from the raw bytes and
// skips the payloads (RFC 6455 §5.2).

export interface FrameProblem {
  /** The close code. */
  readonly code: 1003 | 1009;
  /** Messages that were complete before the frame; they are handled. */
  readonly messagesBefore: number;
}

/** Takes the received bytes, piece by piece, and returns a problem as soon as a header shows a frame that is not allowed. */
export function createFrameWatch(maxFrameBytes: number): (chunk: Buffer) => FrameProblem | undefined {
  let messages = 0;
  const header = Buffer.alloc(HEADER_BYTES);
  let filled = 0;
  let skip = 0;

  return (chunk) => {
    for (let offset = 0; offset < chunk.length; ) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - offset);
        skip -= step;
        offset += step;
        continue;
      }
      header[filled] = chunk[offset] ?? 0;
      filled += 1;
      offset += 1;
      if (filled < headerLength(header, filled)) continue;

      const opcode = (header[0] ?? 0) & 0x0f;
      const payload = payloadLength(header);
      if (opcode === BINARY) return { code: 1003, messagesBefore: messages };
      if (opcode < FIRST_CONTROL && payload > maxFrameBytes) return { code: 1009, messagesBefore: messages };
      if (opcode < FIRST_CONTROL && isFinal(header)) messages += 1;
      skip = payload;
      filled = 0;
    }
    return undefined;
  };
}

const isFinal = (header: Buffer): boolean => ((header[0] ?? 0) & 0x80) !== 0;

const BINARY = 2;
const FIRST_CONTROL = 8;
/** The longest header: two bytes, eight of length, four of mask. */
const HEADER_BYTES = 14;

/** Length of this header, as far as its first bytes show. */
function headerLength(header: Buffer, filled: number): number {
  if (filled < 2) return 2;
  const second = header[1] ?? 0;
  const extended = (second & 0x7f) === 127 ? 8 : (second & 0x7f) === 126 ? 2 : 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const short = (header[1] ?? 0) & 0x7f;
  if (short === 126) return header.readUInt16BE(2);
  return short === 127 ? header.readUInt32BE(2) * 2 ** 32 + header.readUInt32BE(6) : short;
}
