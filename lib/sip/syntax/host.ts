// Hosts and ports (RFC 3261 §25.1). Three colons in an IPv6 address are tolerated, as the grammar allowed them by mistake
// (RFC 5118 §4.10).
import { COLON, DOT, HEXADECIMAL, HOST, HYPHEN, isOf, LEFT_BRACKET, numberAt } from "./characters.ts";
import { trimSpace } from "./scan.ts";

export interface HostPort {
  /** Lower case; an IPv6 reference keeps its brackets. */
  readonly host: string;
  readonly port?: number;
}

/**
 * `host[:port]`, with white space around the colon as in Via; undefined unless it is a name, an IPv4 address or an IPv6
 * reference, with a port up to 65535.
 */
export function parseHostPort(text: string): HostPort | undefined {
  const plain = hostPortAt(text, 0, text.length);
  if (plain !== undefined) return plain;
  const colon = text.indexOf(":", text.indexOf("]") + 1);
  if (colon < 0) return undefined;
  const dense = `${trimSpace(text, 0, colon)}:${trimSpace(text, colon + 1)}`;
  return dense.length === text.length ? undefined : hostPortAt(dense, 0, dense.length);
}

/** The same for `text.slice(start, end)`, without white space. */
export function hostPortAt(text: string, start: number, end: number): HostPort | undefined {
  const isReference = text.charCodeAt(start) === LEFT_BRACKET;
  const hostEnd = isReference ? endOfReference(text, start, end) : endOfName(text, start, end);
  if (hostEnd < 0) return undefined;
  const host = text.slice(start, hostEnd).toLowerCase();
  if (hostEnd === end) return { host };

  const port = end - hostEnd > 6 ? undefined : numberAt(text, hostEnd + 1, end);
  if (text.charCodeAt(hostEnd) !== COLON || port === undefined || port > 65_535) return undefined;
  return { host, port };
}

/** End of a name or an IPv4 address: labels between dots, no hyphen at either end. -1 if the text has no such name here. */
function endOfName(text: string, start: number, end: number): number {
  let before = DOT;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (!isOf(HOST, code)) break;
    if (code === DOT && before === DOT) return -1;
    before = code;
    at += 1;
  }
  const last = before === DOT ? text.charCodeAt(at - 2) : before;
  return at === start || last === HYPHEN || text.charCodeAt(start) === HYPHEN ? -1 : at;
}

/** End of `[2001:db8::1]`: digits, colons, and the dots of an embedded IPv4 address. -1 if the text has no such address here. */
function endOfReference(text: string, start: number, end: number): number {
  const close = text.indexOf("]", start);
  if (close < 0 || close >= end) return -1;
  let colons = 0;
  for (let at = start + 1; at < close; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) colons += 1;
    else if (code !== DOT && !isOf(HEXADECIMAL, code)) return -1;
  }
  return colons === 0 ? -1 : close + 1;
}
