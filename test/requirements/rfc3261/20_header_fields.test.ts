import { describe, expect, test } from "@jest/globals";
import { decode, type DecodedName, decodedNames, encode } from "../../../lib/sip/syntax/header-table.ts";
import { field, type SipMessage, valueOf, withFields } from "../../../lib/sip/syntax/message.ts";
import { preference } from "../../../lib/sip/syntax/values/parameterized.ts";

const EMPTY: SipMessage = { kind: "request", method: "OPTIONS", uri: "sip:example.com", fields: [], body: "" };

/** The decoded value of the fields `Name: value`. */
function read<N extends DecodedName>(name: N, ...values: readonly string[]) {
  const fields = values.map((value) => field(name, value));
  return decode(withFields(EMPTY, fields), name);
}

/** The same fields after they were decoded and encoded again. */
function rewrite(name: DecodedName, ...values: readonly string[]): readonly string[] {
  const decoded = read(name, ...values);
  return decoded.ok ? encode(name, decoded.value).map(valueOf) : [decoded.problem];
}

/**
 * Every header of §20 with valid values; after decoding and encoding they are the same but for white space and quotes.
 */
const right = {
  Accept: ["application/sdp;level=1, application/x-private, text/html", "text/*;q=0.5, */*;q=0.1", ""],
  "Accept-Encoding": ["gzip", "gzip;q=1.0, identity;q=0.5, *;q=0", ""],
  "Accept-Language": ["da, en-gb;q=0.8, en;q=0.7, *;q=0", ""],
  "Alert-Info": ["<http://www.example.com/sounds/moo.wav>", "<urn:alert:source:external>;appearance=2"],
  Allow: ["INVITE, ACK, OPTIONS, CANCEL, BYE", ""],
  "Authentication-Info": ['nextnonce="47364c23432d2e131a5fb210812c"'],
  Authorization: [
    'Digest username="alice", realm="example.com", nonce="84a4cc6f", uri="sip:example.com", response="7587245234b3434cc3412213e5f113a5", algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f113b"',
    "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln==",
  ],
  "Call-ID": ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6@biloxi.example.com", 'a~b<c>(d)":\\/[]?{}'],
  "Call-Info": ["<http://wwww.example.com/alice/photo.jpg>;purpose=icon, <http://www.example.com/alice/>;purpose=info"],
  Contact: [
    '"Mr. Watson" <sip:watson@worcester.example.com>;q=0.7;expires=3600, <mailto:watson@example.com>;q=0.1',
    "*",
  ],
  "Content-Disposition": ["session", "session;handling=optional"],
  "Content-Encoding": ["gzip", "tar, gzip"],
  "Content-Language": ["fr", "mi, en-GB"],
  "Content-Length": ["349", "0"],
  "Content-Type": ["application/sdp", 'multipart/mixed;boundary="a;b,c"'],
  CSeq: ["4711 INVITE", "0 !odd-Method"],
  Date: ["Sat, 13 Nov 2010 23:29:00 GMT"],
  "Error-Info": ["<sip:not-in-service-recording@atlanta.example.com>"],
  Expires: ["5", "4294967295"],
  From: [
    '"A. G. Bell" <sip:agb@bell-telephone.example.com>;tag=a48s',
    "<sip:c8oqz84zk7z@privacy.example.org>;tag=hyh8",
  ],
  "In-Reply-To": ["70710@saturn.bell-tel.example.com, 17320@saturn.bell-tel.example.com"],
  "Max-Forwards": ["6", "0", "255"],
  "Min-Expires": ["60"],
  "MIME-Version": ["1.0"],
  Organization: ["Boxes by Bob", ""],
  Priority: ["emergency", "non-urgent"],
  "Proxy-Authenticate": [
    'Digest realm="atlanta.example.com", qop="auth,auth-int", nonce="f84f1cec", stale=FALSE, algorithm=MD5',
  ],
  "Proxy-Authorization": [
    'Digest username="Alice", realm="atlanta.example.com", nonce="c60f3082", response="245f2341"',
  ],
  "Proxy-Require": ["foo", "sec-agree, outbound"],
  "Record-Route": ["<sip:server10.biloxi.example.com;lr>, <sip:bigbox3.site3.atlanta.example.com;lr>"],
  "Reply-To": ["Bob <sip:bob@biloxi.example.com>"],
  Require: ["100rel"],
  "Retry-After": ["18000;duration=3600", "120 (I'm in a (long) meeting)", "0"],
  Route: ["<sip:bigbox3.site3.atlanta.example.com;lr>, <sip:server10.biloxi.example.com;lr>;x=y"],
  Server: ["HomeServer v2", "sip-serverless/0.1 (Node.js \\) (arm64))"],
  Subject: ["Need more boxes", "", '日本語, "quoted" <and> ;so'],
  Supported: ["100rel, path", ""],
  Timestamp: ["54", "54.25 0.5"],
  To: ["The Operator <sip:operator@cs.columbia.example.edu>;tag=287447", "<tel:+12125550101>"],
  Unsupported: ["foo"],
  "User-Agent": ["Softphone Beta1.5", "JsSIP 3.13.8", "SIP.js/0.21.2"],
  Via: [
    "SIP/2.0/UDP erlang.example.com:5060;branch=z9hG4bK87asdks7, SIP/2.0/WSS df7jal23ls0d.invalid;received=192.0.2.207;rport",
  ],
  Warning: [
    "307 isi.example.edu \"Session parameter 'foo' not understood\"",
    '301 isi.example.edu:5060 "Incompatible network address type \\"E.164\\"", 399 pseudonym "x"',
  ],
  "WWW-Authenticate": ['Digest realm="example.com", nonce="dcd98b", opaque="", stale=FALSE, algorithm=SHA-256'],

  "Allow-Events": ["presence, dialog"],
  Event: ["presence", "dialog;id=7"],
  "Flow-Timer": ["120"],
  "Max-Breadth": ["0", "60"],
  "Min-SE": ["90"],
  "P-Asserted-Identity": ['"Cullen" <sip:fluffy@example.com>, <tel:+14085264000>'],
  "P-Preferred-Identity": ["<sip:fluffy@example.com>"],
  Path: ["<sip:P1.example.com;lr>, <sip:P3.example.com;lr>"],
  Privacy: ["id", "header;user;critical"],
  RAck: ["776656 1 INVITE"],
  Reason: ['SIP;cause=200;text="Call completed elsewhere", Q.850;cause=16'],
  "Refer-To": ["<sip:dave@denver.example.org?Replaces=12345%40192.168.118.3%3Bto-tag%3D12345>"],
  "Referred-By": ['<sip:referror@example.com>;cid="2UWQFN309shb3@example.com"'],
  Replaces: ["98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff"],
  RSeq: ["988789"],
  "Service-Route": ["<sip:P2.home.example.com;lr>, <sip:HSP.home.example.com;lr>"],
  "Session-Expires": ["1800;refresher=uac"],
  "Subscription-State": ["active;expires=600", "terminated;reason=noresource"],
} satisfies Record<DecodedName, readonly string[]>;

const wrong = {
  Accept: ["text", "text/html/x", ","],
  "Accept-Language": ["e n", "en_GB"],
  "Alert-Info": ["http://www.example.com/moo.wav", "<not a uri>"],
  Allow: ["INVITE,,ACK", "IN VITE"],
  "Authentication-Info": ["nextnonce", ""],
  Authorization: ["", 'Digest username="alice', "Digest realm=a, realm=b", "Digest a b"],
  "Call-ID": ["", "a b", "a@b@c"],
  "Call-Info": ["", "Alice <http://example.com>;;"],
  "Max-Breadth": ["", "-1", "6 0", "4294967296"],
  Contact: ["*, <sip:a@example.com>", "", "<sip:a@example.com>;;"],
  "Content-Disposition": ["", ";handling=optional"],
  "Content-Encoding": [""],
  "Content-Length": ["-1", "1.5", "", "12 3", "99999999999"],
  "Content-Type": ["application", "application/", "/sdp", "application/sdp;"],
  CSeq: ["INVITE", "1", "4294967296 INVITE", "1 IN,VITE", "-1 INVITE"],
  Date: [
    "Sat, 13 Nov 2010 23:29:00 EST",
    "Sun, 13 Nov 2010 23:29:00 GMT",
    "Fri, 31 Feb 2010 23:29:00 GMT",
    "Sat, 13 Nov 10 23:29:00 GMT",
    "2010-11-13T23:29:00Z",
    "",
  ],
  Expires: ["soon", "-5", "1e3", ""],
  From: ["", "<sip:a@example.com", '"A <sip:a@example.com>', "<sip:a@example.com> tag=1"],
  "Max-Forwards": ["256", "-1", "7 0", ""],
  "MIME-Version": ["1", "one"],
  Priority: ["", "very urgent"],
  "Record-Route": ["sip:server10.biloxi.example.com;lr"],
  Require: ["", "a b"],
  "Retry-After": ["later", "18000 (in a meeting", "120;duration=", "(busy)"],
  Route: ["sip:server10.biloxi.example.com;lr", "<sip:a@b>, c"],
  Server: ["", "a/b/c", "(open", "a,b"],
  Timestamp: ["", "now", "1 2 3", "1.2.3"],
  "User-Agent": ["a/"],
  Via: ["SIP/2.0 host", "SIP/3.0/UDP host", "SIP/2.0/UDP host;;", ""],
  Warning: ['37 a "b"', "370 a b", '370 "b"', '370 a "b" c', ""],
  "WWW-Authenticate": ['Digest realm="a", realm="b"'],
  Privacy: ["id;;user", ""],
  RAck: ["1 INVITE", "1 2", "a 1 INVITE"],
  Replaces: [";to-tag=1", "a b;to-tag=1"],
  "Session-Expires": ["soon;refresher=uac"],
} satisfies Partial<Record<DecodedName, readonly string[]>>;

function rowsOf(
  samples: Readonly<Partial<Record<DecodedName, readonly string[]>>>,
): (readonly [DecodedName, string])[] {
  return decodedNames.flatMap((name) => (samples[name] ?? []).map((value) => [name, value] as const));
}

/** §20 has 44 of them, Tables 2 and 3. */
const SECTION_20 = 44;

describe("RFC 3261 §20", () => {
  test("each of the 44 header fields of §20 has a codec", () => {
    expect(decodedNames.indexOf("WWW-Authenticate") + 1).toBe(SECTION_20);
  });

  const rows = rowsOf(right);
  test.each(rows)("%s: %s is read, and written back as it was", (name, value) => {
    expect(rewrite(name, value)).toEqual([value]);
  });

  const faults = rowsOf(wrong);
  test.each(faults)("%s: %s is malformed", (name, value) => {
    expect(read(name, value)).toEqual({ ok: false, problem: "malformed" });
  });

  test("an absent header is missing, not malformed", () => {
    expect(decode(EMPTY, "Expires")).toEqual({ ok: false, problem: "missing" });
  });

  test("§7.3.1: a list may be spread over several fields, in order", () => {
    expect(read("Allow", "INVITE,ACK", "BYE")).toEqual({ ok: true, value: ["INVITE", "ACK", "BYE"] });
  });

  test("§7.3.1: a header that may stand once is malformed if it stands twice, even with the same value", () => {
    expect(read("Expires", "60", "60")).toEqual({ ok: false, problem: "malformed" });
  });

  test("§7.3.1: challenges are one per field, as commas separate their parameters", () => {
    const challenges = ['Digest realm="a", nonce="1"', 'Digest realm="b", nonce="2"'];
    const decoded = read("WWW-Authenticate", ...challenges);
    expect(decoded.ok && decoded.value.map(({ parameters }) => parameters.get("realm"))).toEqual(["a", "b"]);
    expect(rewrite("WWW-Authenticate", ...challenges)).toEqual(challenges);
  });

  test("§20: white space around separators and inside lists has no meaning", () => {
    expect(rewrite("Accept", "text / html ; q = 0.5 ,  application/sdp")).toEqual(["text/html;q=0.5, application/sdp"]);
    expect(
      rewrite("Via", "SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8"),
    ).toEqual(["SIP/2.0/UDP first.example.com:4000;ttl=16;maddr=224.2.0.1;branch=z9hG4bKa7c6a8"]);
  });

  test("§20.1: the preference is 1 by default", () => {
    const accept = read("Accept", "text/html;q=0.3, application/sdp, */*;q=2");
    expect(accept.ok && accept.value.map(preference)).toEqual([0.3, 1, undefined]);
  });

  test("§20.10: addresses without brackets leave their parameters to the header", () => {
    const contact = read("Contact", "sip:watson@example.com;expires=60");
    expect(contact.ok && contact.value !== "*" && contact.value[0]).toMatchObject({
      address: "sip:watson@example.com",
      uri: { parameters: [] },
      parameters: [{ name: "expires", value: "60" }],
    });
  });

  test("§20.17: a date is in epoch seconds", () => {
    expect(read("Date", "Thu, 01 Jan 1970 00:01:00 GMT")).toEqual({ ok: true, value: 60 });
  });

  test("§20.19: a number of seconds above 32 bits is the largest that 32 bits hold", () => {
    expect(read("Expires", "9".repeat(80))).toEqual({ ok: true, value: 2 ** 32 - 1 });
  });

  test("§20.38: the delay is the server's, in seconds", () => {
    expect(read("Timestamp", "54.25 0.5")).toEqual({ ok: true, value: { sent: 54.25, delay: 0.5 } });
  });

  test("§20.43: the text of a warning comes without quotes and escapes", () => {
    expect(read("Warning", String.raw`399 h "a \"b\", c"`)).toEqual({
      ok: true,
      value: [{ code: 399, agent: "h", text: 'a "b", c' }],
    });
  });
});
