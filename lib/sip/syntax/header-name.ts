// Header field names (RFC 3261 §7.3.1, §7.3.3): case-insensitive, some with a compact form of one letter.
import { isToken, lowerCase } from "./characters.ts";

/** A name in lower case and in its long form, for comparison. */
export type HeaderName = string;

/** Names as they are written here. Compact forms are those of the IANA registry of SIP header fields. */
const known: Readonly<Record<string, string | undefined>> = {
  Accept: undefined,
  "Accept-Contact": "a",
  "Accept-Encoding": undefined,
  "Accept-Language": undefined,
  "Alert-Info": undefined,
  Allow: undefined,
  "Allow-Events": "u",
  "Authentication-Info": undefined,
  Authorization: undefined,
  "Call-ID": "i",
  "Call-Info": undefined,
  Contact: "m",
  "Content-Disposition": undefined,
  "Content-Encoding": "e",
  "Content-Language": undefined,
  "Content-Length": "l",
  "Content-Type": "c",
  CSeq: undefined,
  Date: undefined,
  Diversion: undefined,
  "Error-Info": undefined,
  Event: "o",
  Expires: undefined,
  "Flow-Timer": undefined,
  From: "f",
  "History-Info": undefined,
  Identity: "y",
  "Identity-Info": "n",
  "In-Reply-To": undefined,
  "Max-Forwards": undefined,
  "MIME-Version": undefined,
  "Min-Expires": undefined,
  Organization: undefined,
  "P-Asserted-Identity": undefined,
  Path: undefined,
  Priority: undefined,
  Privacy: undefined,
  "Proxy-Authenticate": undefined,
  "Proxy-Authorization": undefined,
  "Proxy-Require": undefined,
  RAck: undefined,
  Reason: undefined,
  "Record-Route": undefined,
  "Refer-To": "r",
  "Referred-By": "b",
  "Reject-Contact": "j",
  Replaces: undefined,
  "Reply-To": undefined,
  "Request-Disposition": "d",
  Require: undefined,
  "Retry-After": undefined,
  Route: undefined,
  RSeq: undefined,
  Server: undefined,
  "Service-Route": undefined,
  "Session-Expires": "x",
  Subject: "s",
  "Subscription-State": undefined,
  Supported: "k",
  Timestamp: undefined,
  To: "t",
  Unsupported: undefined,
  "User-Agent": undefined,
  Via: "v",
  Warning: undefined,
  "WWW-Authenticate": undefined,
};

/** Length and first letter: few names share both, so a lookup compares about one name. */
function shapeOf(text: string, start: number, end: number): number {
  return (end - start) * 65_536 + lowerCase(text.charCodeAt(start));
}

const namesByShape = new Map<number, HeaderName[]>();
const namesByCompact = new Map<number, HeaderName>();
for (const [written, compact] of Object.entries(known)) {
  const name = written.toLowerCase();
  const shape = shapeOf(name, 0, name.length);
  namesByShape.set(shape, [...(namesByShape.get(shape) ?? []), name]);
  if (compact !== undefined) namesByCompact.set(shapeOf(compact, 0, 1), name);
}

const NONE: readonly HeaderName[] = [];

/** The canonical name of `text.slice(start, end)`; undefined if that is not a token (§25.1). */
export function nameAt(text: string, start: number, end: number): HeaderName | undefined {
  const shape = shapeOf(text, start, end);
  const compact = end - start === 1 ? namesByCompact.get(shape) : undefined;
  if (compact !== undefined) return compact;
  for (const name of namesByShape.get(shape) ?? NONE) if (spells(name, text, start)) return name;
  const unknown = text.slice(start, end);
  return isToken(unknown) ? unknown.toLowerCase() : undefined;
}

const spellings = new Set(Object.keys(known));

/** Whether a name is known and already has the canonical spelling. */
export function isOurSpelling(text: string): boolean {
  return spellings.has(text);
}

/** Whether the text from `start` is that name, in any case. */
export function spells(name: HeaderName, text: string, start: number): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const wanted = name.charCodeAt(at);
    const found = text.charCodeAt(start + at);
    if (found !== wanted && lowerCase(found) !== wanted) return false;
  }
  return true;
}
