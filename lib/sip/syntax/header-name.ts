// Header field names (RFC 3261 §7.3.1 and §7.3.3): case does not matter, and some have a compact form of one letter.

/** A name in lower case and in its long form: what code compares with. */
export type HeaderName = string;

/** Names as we write them. Compact forms are those of the IANA registry of SIP header fields. */
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

const canonical = new Map<string, HeaderName>();
for (const [name, compact] of Object.entries(known)) {
  const lower = name.toLowerCase();
  canonical.set(name, lower).set(lower, lower);
  if (compact !== undefined) canonical.set(compact, lower).set(compact.toUpperCase(), lower);
}

const TOKEN = /^[!%'*+\-.0-9A-Z_`a-z~]+$/;

/** The canonical name for a spelling found in a message; undefined if it is no token (§25.1). */
export function canonicalName(spelling: string): HeaderName | undefined {
  const usual = canonical.get(spelling);
  if (usual !== undefined) return usual;
  if (!TOKEN.test(spelling)) return undefined;
  const lower = spelling.toLowerCase();
  return canonical.get(lower) ?? lower;
}

/** §25.1 `token`: methods, option tags, algorithm names and the like. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}
