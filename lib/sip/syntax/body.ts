// How much of what follows the header is the body (RFC 3261 §18.3). A WebSocket message has an end of its own, so the rule
// for datagrams fits: more octets than announced are cut off, fewer are an error. Without an announcement, which RFC 7118
// §5 makes optional, all of it is the body.

/** Octets of a text as it travels. */
export type OctetLength = (text: string) => number;

const encoder = new TextEncoder();
/** What is written here is never read. */
const room = new Uint8Array(131_072);

/** A WebSocket text message is UTF-8. To encode a text is several times faster than to count its octets. */
export const utf8Length: OctetLength = (text) => {
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length ? written : Buffer.byteLength(text);
};

export type Taken = { readonly ok: true; readonly body: string } | { readonly ok: false; readonly reason: string };

export function takeBody(text: string, announced: number, octets: OctetLength): Taken {
  const present = text === "" ? 0 : octets(text);
  if (present === announced) return { ok: true, body: text };
  if (present < announced) return { ok: false, reason: "Content-Length Exceeds Body" };
  return cut(text, announced, octets);
}

/** The first octets, if they end between two characters. */
function cut(text: string, announced: number, octets: OctetLength): Taken {
  let low = 0;
  let high = Math.min(announced, text.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (octets(text.slice(0, middle)) <= announced) low = middle;
    else high = middle - 1;
  }
  const body = text.slice(0, low);
  const isWhole = octets(body) === announced && !splitsPair(text, low);
  return isWhole ? { ok: true, body } : { ok: false, reason: "Content-Length Splits a Character" };
}

/** Half of a surrogate pair counts three octets by itself, and is no character. */
function splitsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
