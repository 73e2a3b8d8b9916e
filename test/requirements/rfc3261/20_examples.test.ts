import { describe, expect, test } from "@jest/globals";
import { nameAt } from "../../../lib/sip/syntax/header-name.ts";
import { decode, decodedNames, encode } from "../../../lib/sip/syntax/header-table.ts";
import { withFields } from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { parsed } from "../../parts/syntax/texts.ts";

/** The examples of §20 as printed there, folded and in compact form where the RFC has them so. */
const examples: readonly (readonly [section: string, lines: string])[] = [
  ["20.1", "Accept: application/sdp;level=1, application/x-private, text/html"],
  ["20.2", "Accept-Encoding: gzip"],
  ["20.3", "Accept-Language: da, en-gb;q=0.8, en;q=0.7"],
  ["20.4", "Alert-Info: <http://www.example.com/sounds/moo.wav>"],
  ["20.5", "Allow: INVITE, ACK, OPTIONS, CANCEL, BYE"],
  ["20.6", 'Authentication-Info: nextnonce="47364c23432d2e131a5fb210812c"'],
  [
    "20.7",
    'Authorization: Digest username="Alice", realm="atlanta.com",\r\n nonce="84a4cc6f3082121f32b42a2187831a9e",\r\n response="7587245234b3434cc3412213e5f113a5432"',
  ],
  ["20.8", "Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6@biloxi.com"],
  ["20.8", "i:f81d4fae-7dec-11d0-a765-00a0c91e6bf6@192.0.2.4"],
  [
    "20.9",
    "Call-Info: <http://wwww.example.com/alice/photo.jpg> ;purpose=icon,\r\n  <http://www.example.com/alice/> ;purpose=info",
  ],
  [
    "20.10",
    'Contact: "Mr. Watson" <sip:watson@worcester.bell-telephone.com>\r\n   ;q=0.7; expires=3600,\r\n   "Mr. Watson" <mailto:watson@bell-telephone.com> ;q=0.1',
  ],
  ["20.10", "m: <sips:bob@192.0.2.4>;expires=60"],
  ["20.11", "Content-Disposition: session"],
  ["20.12", "Content-Encoding: gzip"],
  ["20.12", "e: tar"],
  ["20.13", "Content-Language: fr"],
  ["20.14", "Content-Length: 349"],
  ["20.14", "l: 173"],
  ["20.15", "Content-Type: application/sdp"],
  ["20.15", "c: text/html; charset=ISO-8859-4"],
  ["20.16", "CSeq: 4711 INVITE"],
  ["20.17", "Date: Sat, 13 Nov 2010 23:29:00 GMT"],
  ["20.18", "Error-Info: <sip:not-in-service-recording@atlanta.com>"],
  ["20.19", "Expires: 5"],
  ["20.20", 'From: "A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s'],
  ["20.20", "From: sip:+12125551212@server.phone2net.com;tag=887s"],
  ["20.20", "f: Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8"],
  ["20.21", "In-Reply-To: 70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com"],
  ["20.22", "Max-Forwards: 6"],
  ["20.23", "Min-Expires: 60"],
  ["20.24", "MIME-Version: 1.0"],
  ["20.25", "Organization: Boxes by Bob"],
  ["20.26", "Subject: A tornado is heading our way!"],
  ["20.26", "Priority: emergency"],
  ["20.26", "Priority: non-urgent"],
  [
    "20.27",
    'Proxy-Authenticate: Digest realm="atlanta.com",\r\n domain="sip:ss1.carrier.com", qop="auth",\r\n nonce="f84f1cec41e6cbe5aea9c8e88d359",\r\n opaque="", stale=FALSE, algorithm=MD5',
  ],
  [
    "20.28",
    'Proxy-Authorization: Digest username="Alice", realm="atlanta.com",\r\n   nonce="c60f3082ee1212b402a21831ae",\r\n   response="245f23415f11432b3434341c022"',
  ],
  ["20.29", "Proxy-Require: foo"],
  ["20.30", "Record-Route: <sip:server10.biloxi.com;lr>,\r\n              <sip:bigbox3.site3.atlanta.com;lr>"],
  ["20.31", "Reply-To: Bob <sip:bob@biloxi.com>"],
  ["20.32", "Require: 100rel"],
  ["20.33", "Retry-After: 18000;duration=3600"],
  ["20.33", "Retry-After: 120 (I'm in a meeting)"],
  ["20.34", "Route: <sip:bigbox3.site3.atlanta.com;lr>,\r\n       <sip:server10.biloxi.com;lr>"],
  ["20.35", "Server: HomeServer v2"],
  ["20.36", "Subject: Need more boxes"],
  ["20.36", "s: Tech Support"],
  ["20.37", "Supported: 100rel"],
  ["20.38", "Timestamp: 54"],
  ["20.39", "To: The Operator <sip:operator@cs.columbia.edu>;tag=287447"],
  ["20.39", "t: sip:+12125551212@server.phone2net.com"],
  ["20.40", "Unsupported: foo"],
  ["20.41", "User-Agent: Softphone Beta1.5"],
  ["20.42", "Via: SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7"],
  ["20.42", "Via: SIP/2.0/UDP 192.0.2.1:5060 ;received=192.0.2.207\r\n     ;branch=z9hG4bK77asjd"],
  ["20.42", "Via: SIP / 2.0 / UDP first.example.com: 4000;ttl=16\r\n   ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1"],
  ["20.43", "Warning: 307 isi.edu \"Session parameter 'foo' not understood\""],
  ["20.43", "Warning: 301 isi.edu \"Incompatible network address type 'E.164'\""],
  [
    "20.44",
    'WWW-Authenticate: Digest realm="atlanta.com",\r\n domain="sip:boxesbybob.com", qop="auth",\r\n nonce="f84f1cec41e6cbe5aea9c8e88d359",\r\n opaque="", stale=FALSE, algorithm=MD5',
  ],
];

/** The RFC announces the bodies of two of them and does not print them. */
const messageWith = (lines: string) => `OPTIONS sip:a SIP/2.0\r\n${lines}\r\n\r\n${"x".repeat(400)}`;

function nameIn(lines: string) {
  const canonical = nameAt(lines, 0, lines.indexOf(":"));
  const name = decodedNames.find((decoded) => decoded.toLowerCase() === canonical);
  if (name === undefined) throw new Error(`no shape for ${lines}`);
  return name;
}

describe("RFC 3261 §20: the section's own examples", () => {
  test.each(examples)("§%s: %j is read, and unchanged in meaning after being written", (_section, lines) => {
    const message = parsed(messageWith(lines));
    const name = nameIn(lines);
    const first = decode(message, name);
    expect(first).toMatchObject({ ok: true });
    expect(first.ok && decode(withFields(message, encode(name, first.value)), name)).toEqual(first);
  });

  test.each(examples)("§%s: %j is passed on unchanged", (_section, lines) => {
    expect(serialize(parsed(messageWith(lines)))).toContain(`\r\n${lines}\r\n\r\n`);
  });

  test("each of the 44 sections has its example here", () => {
    const sections = new Set(examples.map(([section]) => section));
    expect(sections.size).toBe(44);
  });
});
