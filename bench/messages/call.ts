// The messages of two browsers and their proxy, in the spelling and order of JsSIP 3.13 and SIP.js 0.21. The list
// is the mix: each message counts once.
import { chromeOffer } from "./chrome-offer.ts";

export interface Sample {
  readonly name: string;
  /** The same message with other identifiers, so that no library lives on caches of one string. */
  readonly texts: readonly string[];
}

/** The proxy under measurement: the values that it adds to requests, and that it finds in Route and in responses. */
export const self = {
  via: "SIP/2.0/WSS sip.example.com;branch=z9hG4bK-p1.kVb3x9Qf7TzJ2mWcR8nYdA",
  recordRoute: "<sip:d1.Zx8Kq2LmN4pR7sTv@sip.example.com;transport=ws;lr>",
  route: "<sip:d1.Ab3Cd5Ef7Gh9Jk2M@sip.example.com;transport=ws;lr>",
} as const;

export function callMessages(variants: number): Sample[] {
  const names = Object.keys(messagesOfCall(0));
  const calls = Array.from({ length: variants }, (_, variant) => messagesOfCall(variant));
  return names.map((name) => ({ name, texts: calls.map((call) => received(call[name] ?? "")) }));
}

/** As an event brings it: a flat string fresh from a JSON parser. */
function received(text: string): string {
  const event: unknown = JSON.parse(JSON.stringify([text]));
  return Array.isArray(event) ? String(event[0]) : "";
}

function messagesOfCall(variant: number): Readonly<Record<string, string>> {
  const id = ((variant + 1) * 7_654_321_987_653).toString(36).padStart(10, "z");
  const digits = String(4_611_686_018_427 + variant * 7919).padEnd(16, "3");
  const offer = chromeOffer(digits);
  const answer = chromeOffer(`${digits}7`).replace("actpass", "active");

  const aliceVia = `Via: SIP/2.0/WSS ${id}vtm0.invalid;branch=z9hG4bK${digits.slice(0, 7)}`;
  const ourVia = `Via: ${self.via}`;
  const edgeVia = `Via: SIP/2.0/TLS edge3.example.net:5061;rport=40112;received=198.51.100.9;branch=z9hG4bK${id}e`;
  const aliceContact = `Contact: <sip:alice@${id}vtm0.invalid;transport=ws;ob>`;
  const bobContact = `Contact: <sip:${id}b@192.0.2.66;transport=ws>`;
  const from = `From: "Alice Liddell" <sip:alice@example.com>;tag=${id}a1`;
  const to = `To: <sip:bob@example.com>`;
  const toTagged = `${to};tag=${id}b2`;
  const callId = `Call-ID: ${id}${digits}`;
  const ourRoute = `Route: ${self.route}`;
  const recordRoute = `Record-Route: ${self.recordRoute}`;
  const jssip = [
    "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY",
    "Supported: timer,gruu,ice,replaces,outbound",
    "User-Agent: JsSIP 3.13.8",
  ];
  const sipjs = [
    "Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER",
    "Supported: outbound",
    "User-Agent: SIP.js/0.21.2",
  ];
  const digest =
    `Digest algorithm=MD5, username="alice", realm="example.com", nonce="MTc2NDAwMDAwMDpVN2tIc0${id}", ` +
    `uri="sip:bob@example.com", response="5ccc069c403ebaf9f0171e9517f40e41", opaque="", qop=auth, ` +
    `cnonce="${id}", nc=00000001`;

  return {
    INVITE: message(
      "INVITE sip:bob@example.com SIP/2.0",
      [aliceVia, "Max-Forwards: 69", to, from, callId, "CSeq: 7121 INVITE", `Proxy-Authorization: ${digest}`],
      [aliceContact, "Content-Type: application/sdp", "Session-Expires: 90", ...jssip],
      offer,
    ),
    "INVITE, 2nd proxy": message(
      "INVITE sip:bob@example.com SIP/2.0",
      [edgeVia, `${aliceVia};received=203.0.113.7`, ourRoute, `Route: <sip:core.example.org;lr>`],
      [`Record-Route: <sip:edge3.example.net:5061;transport=tls;lr>`, to, from, "CSeq: 7121 INVITE", callId],
      ["Max-Forwards: 68", aliceContact, "Content-Type: application/sdp", ...sipjs],
      offer,
    ),
    "100 Trying": message("SIP/2.0 100 Trying", [ourVia, aliceVia, to, from, callId, "CSeq: 7121 INVITE"], []),
    "180 Ringing": message(
      "SIP/2.0 180 Ringing",
      [recordRoute, ourVia, `${aliceVia};received=203.0.113.7`, toTagged, from, callId, "CSeq: 7121 INVITE"],
      [bobContact, "Supported: outbound", "User-Agent: SIP.js/0.21.2"],
    ),
    "200 to INVITE": message(
      "SIP/2.0 200 OK",
      [recordRoute, `Record-Route: <sip:edge3.example.net:5061;transport=tls;lr>`, ourVia, edgeVia, aliceVia],
      [toTagged, from, callId, "CSeq: 7121 INVITE", bobContact, "Session-Expires: 90;refresher=uas"],
      ["Content-Type: application/sdp", ...jssip],
      answer,
    ),
    ACK: message(
      `ACK sip:${id}b@192.0.2.66;transport=ws SIP/2.0`,
      [ourRoute, aliceVia, "Max-Forwards: 69", toTagged, from, callId, "CSeq: 7121 ACK", ...jssip],
      [],
    ),
    INFO: message(
      `INFO sip:${id}b@192.0.2.66;transport=ws SIP/2.0`,
      [ourRoute, aliceVia, "Max-Forwards: 69", toTagged, from, callId, "CSeq: 7122 INFO"],
      ["Content-Type: application/dtmf-relay", ...jssip],
      "Signal=5\r\nDuration=100",
    ),
    BYE: message(
      `BYE sip:${id}b@192.0.2.66;transport=ws SIP/2.0`,
      [`${aliceVia}9`, ourRoute, toTagged, from, "CSeq: 7123 BYE", callId, "Max-Forwards: 70", ...sipjs.slice(1)],
      ['Reason: SIP ;cause=200; text="Normal call clearing"'],
    ),
    "200 to BYE": message(
      "SIP/2.0 200 OK",
      [ourVia, aliceVia, toTagged, from, callId, "CSeq: 7123 BYE", "Supported: outbound"],
      ["User-Agent: SIP.js/0.21.2"],
    ),
    REGISTER: message(
      "REGISTER sip:example.com SIP/2.0",
      [aliceVia, "Max-Forwards: 69", "To: <sip:alice@example.com>", from, callId, "CSeq: 812 REGISTER"],
      [
        `Authorization: ${digest}`,
        `Contact: <sip:${id}@${id}vtm0.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:7c1b2f64-5d36-4a6e-9f0e-${digits.slice(0, 12)}>";expires=600`,
        "Expires: 600",
        "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY",
        "Supported: path,gruu,outbound",
        "User-Agent: JsSIP 3.13.8",
      ],
    ),
    "401 to REGISTER": message(
      "SIP/2.0 401 Unauthorized",
      [ourVia, aliceVia, "To: <sip:alice@example.com>", from, callId, "CSeq: 811 REGISTER"],
      [`WWW-Authenticate: Digest realm="example.com", nonce="MTc2NDAwMDAwMDpV${id}", algorithm=MD5, qop="auth"`],
    ),
    MESSAGE: message(
      "MESSAGE sip:bob@example.com SIP/2.0",
      [aliceVia, "Max-Forwards: 69", to, from, callId, "CSeq: 3301 MESSAGE", "Content-Type: text/plain", ...jssip],
      [],
      `Down, down, down. Would the fall never come to an end? (${id})`,
    ),
  };
}

function message(startLine: string, ...parts: readonly (readonly string[] | string)[]): string {
  const body = parts.filter((part) => typeof part === "string").join("");
  const fields = parts.filter((part) => typeof part !== "string").flat();
  return [startLine, ...fields, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n");
}
