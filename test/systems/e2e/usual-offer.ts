// An offer of audio as Chrome makes it, with gathered candidates: about 2 KB, so that an INVITE of JsSIP has 2.7 KB. Its
// random values are hashes, which compression leaves long: the size of the compressed INVITE decides the price.
import { hash } from "node:crypto";

export const usualOffer = {
  body: offer(),
  lines: ["Content-Type: application/sdp", "Supported: timer,gruu,ice,replaces,outbound", "User-Agent: JsSIP 3.13.4"],
};

function offer(): string {
  return [
    "v=0",
    `o=- ${number(1)}${number(2)} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "a=extmap-allow-mixed",
    `a=msid-semantic: WMS ${uuid("stream")}`,
    "m=audio 54321 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
    "c=IN IP4 203.0.113.5",
    "a=rtcp:9 IN IP4 0.0.0.0",
    ...[1, 2, 3].flatMap((at) => [
      `a=candidate:${number(at)} 1 udp 211393715${at} ${uuid(`host ${at}`)}.local 5${at}123 typ host generation 0 network-cost 999`,
      `a=candidate:${number(at + 3)} 1 udp 167772953${at} 203.0.113.${at} 5${at}321 typ srflx raddr 0.0.0.0 rport 0 generation 0 network-cost 999`,
    ]),
    "a=ice-ufrag:Pk3x",
    `a=ice-pwd:${hash("sha256", "password", "base64").slice(0, 24)}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${hash("sha256", "certificate").toUpperCase().match(/../g)?.join(":")}`,
    "a=setup:actpass",
    "a=mid:0",
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=sendrecv",
    `a=msid:${uuid("stream")} ${uuid("track")}`,
    "a=rtcp-mux",
    "a=rtcp-rsize",
    ...["111 opus/48000/2", "63 red/48000/2", "9 G722/8000", "0 PCMU/8000", "8 PCMA/8000"].map(rtpmap),
    ...["13 CN/8000", "110 telephone-event/48000", "126 telephone-event/8000"].map(rtpmap),
    "a=rtcp-fb:111 transport-cc",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=fmtp:63 111/111",
    `a=ssrc:${number(7)} cname:${hash("sha256", "name", "base64").slice(0, 16)}`,
    `a=ssrc:${number(7)} msid:${uuid("stream")} ${uuid("track")}`,
    "",
  ].join("\r\n");
}

function rtpmap(codec: string): string {
  return `a=rtpmap:${codec}`;
}

function number(of: number): number {
  return Number.parseInt(hash("sha256", String(of)).slice(0, 8), 16);
}

function uuid(of: string): string {
  return hash("sha256", of)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
