// An offer as Chrome makes it for audio and video with gathered candidates: about 5 KB, all of it ASCII.

const OPUS_AND_FRIENDS: readonly string[] = [
  "111 opus/48000/2",
  "63 red/48000/2",
  "9 G722/8000",
  "0 PCMU/8000",
  "8 PCMA/8000",
  "13 CN/8000",
  "110 telephone-event/48000",
  "126 telephone-event/8000",
];

const VIDEO_CODECS: readonly (readonly [number, string, string?])[] = [
  [96, "VP8/90000"],
  [97, "rtx/90000", "apt=96"],
  [103, "H264/90000", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"],
  [104, "rtx/90000", "apt=103"],
  [109, "H264/90000", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"],
  [114, "rtx/90000", "apt=109"],
  [39, "H264/90000", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f"],
  [40, "rtx/90000", "apt=39"],
  [45, "AV1/90000", "level-idx=5;profile=0;tier=0"],
  [46, "rtx/90000", "apt=45"],
  [98, "VP9/90000", "profile-id=0"],
  [99, "rtx/90000", "apt=98"],
  [123, "red/90000"],
  [124, "rtx/90000", "apt=123"],
  [125, "ulpfec/90000"],
];

const VIDEO_EXTENSIONS: readonly string[] = [
  "urn:ietf:params:rtp-hdrext:toffset",
  "urn:3gpp:video-orientation",
  "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
  "http://www.webrtc.org/experiments/rtp-hdrext/video-timing",
  "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
];

const FEEDBACK: readonly string[] = ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"];

/** Whatever differs from call to call comes from `unique`. */
export function chromeOffer(unique: string): string {
  return [
    "v=0",
    `o=- ${unique} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    "a=extmap-allow-mixed",
    `a=msid-semantic: WMS ${unique}`,
    "m=audio 52318 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
    ...transport(unique, 0),
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "a=sendrecv",
    `a=msid:${unique} audio-${unique}`,
    "a=rtcp-mux",
    ...OPUS_AND_FRIENDS.map((codec) => `a=rtpmap:${codec}`),
    "a=rtcp-fb:111 transport-cc",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=fmtp:63 111/111",
    ...source(unique, "2417031962"),
    `m=video 52320 UDP/TLS/RTP/SAVPF ${VIDEO_CODECS.map(([type]) => type).join(" ")}`,
    ...transport(unique, 1),
    ...VIDEO_EXTENSIONS.map((uri, index) => `a=extmap:${index + 4} ${uri}`),
    "a=sendrecv",
    `a=msid:${unique} video-${unique}`,
    "a=rtcp-mux",
    "a=rtcp-rsize",
    ...VIDEO_CODECS.flatMap(videoCodec),
    "a=ssrc-group:FID 3155372217 1096734185",
    ...source(unique, "3155372217"),
    ...source(unique, "1096734185"),
    "",
  ].join("\r\n");
}

function transport(unique: string, media: number): string[] {
  return [
    "c=IN IP4 203.0.113.7",
    "a=rtcp:9 IN IP4 0.0.0.0",
    `a=candidate:2162486046 1 udp 2122260223 192.0.2.34 5231${media} typ host generation 0 network-id 1 network-cost 10`,
    `a=candidate:1842370441 1 udp 1686052607 203.0.113.7 5232${media} typ srflx raddr 192.0.2.34 rport 5231${media} generation 0`,
    `a=candidate:3411129254 1 tcp 1518280447 192.0.2.34 9 typ host tcptype active generation 0 network-id 1`,
    `a=ice-ufrag:${unique.slice(0, 4)}`,
    `a=ice-pwd:${unique}${unique}`,
    "a=ice-options:trickle",
    "a=fingerprint:sha-256 6B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08",
    "a=setup:actpass",
    `a=mid:${media}`,
  ];
}

function videoCodec([type, codec, format]: (typeof VIDEO_CODECS)[number]): string[] {
  const map = `a=rtpmap:${type} ${codec}`;
  const feedback = codec.startsWith("rtx") || codec.startsWith("red") || codec.startsWith("ulp") ? [] : FEEDBACK;
  return [
    map,
    ...feedback.map((kind) => `a=rtcp-fb:${type} ${kind}`),
    ...(format === undefined ? [] : [`a=fmtp:${type} ${format}`]),
  ];
}

function source(unique: string, ssrc: string): string[] {
  return [`a=ssrc:${ssrc} cname:${unique}`, `a=ssrc:${ssrc} msid:${unique} ${ssrc}`];
}
