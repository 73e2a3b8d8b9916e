// JsSIP and SIP.js in Node, each on a transport that keeps what the phone sends and gives it what the test receives.
// A script copies this file beside the node_modules folder with the packages. Both phones are bob at home.example.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const pause = (milliseconds = 100) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The value of the first header field of that name. */
export const field = (message, name) => new RegExp(`^${name}: *(.*)$`, "im").exec(message)?.[1].trim();

/** A message of these lines; Content-Length is added. */
export const message = (lines, body = "") =>
  [...lines, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n");

/** A response with the header fields that RFC 3261 §8.2.6.2 takes from the request. */
export const response = (request, status, lines = []) => {
  const copied = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${field(request, name)}`);
  const to = field(request, "To");
  return message([`SIP/2.0 ${status}`, ...copied, `To: ${to.includes("tag=") ? to : `${to};tag=server`}`, ...lines]);
};

/** "100 to INVITE" for a response, "INVITE" for a request. */
export const summary = (text) =>
  text.startsWith("SIP/") ? `${text.split(" ")[1]} to ${/CSeq: \d+ (\w+)/.exec(text)[1]}` : text.split(" ")[0];

const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

/** JsSIP takes an INVITE only where WebRTC exists. */
class PeerConnection {
  signalingState = "stable";
  iceGatheringState = "complete";
  addEventListener() {}
  removeEventListener() {}
  async createOffer() {
    return { type: "offer", sdp };
  }
  async createAnswer() {
    return { type: "answer", sdp };
  }
  async setLocalDescription(description) {
    this.localDescription = description;
  }
  async setRemoteDescription() {}
  getSenders() {
    return [];
  }
  close() {}
}

/** A started JsSIP user agent: `{ phone, sent, receive, uri, JsSIP }`. */
export async function startJssip() {
  Object.assign(globalThis, { window: globalThis, RTCPeerConnection: PeerConnection, RTCSessionDescription: Object });
  const JsSIP = require("jssip");
  const sent = [];
  const socket = {
    url: "ws://home.example",
    via_transport: "WS",
    sip_uri: "sip:home.example;transport=ws",
    connect: () => setTimeout(() => socket.onconnect()),
    disconnect: () => {},
    send: (text) => sent.push(String(text)) > 0,
  };
  const options = { sockets: [socket], uri: "sip:bob@home.example", password: "secret", register: false };
  const phone = new JsSIP.UA({ ...options, session_timers: false });
  phone.on("newRTCSession", () => {});
  phone.start();
  await pause();
  return { phone, sent, receive: (text) => socket.ondata(text), uri: phone.contact.uri.toString(), JsSIP };
}

/** A started SIP.js user agent with these further options: `{ phone, sent, receive, uri, SIP }`. */
export async function startSipjs(options = {}) {
  const SIP = await import("sip.js");
  const sent = [];
  let transport;
  class Transport {
    protocol = "WS";
    state = "Disconnected";
    stateChange = { addListener: () => {} };
    constructor() {
      transport = this;
    }
    async connect() {
      this.state = "Connected";
      this.onConnect?.();
    }
    async disconnect() {}
    async dispose() {}
    isConnected() {
      return true;
    }
    async send(text) {
      sent.push(text);
    }
  }
  const phone = new SIP.UserAgent({
    uri: SIP.UserAgent.makeURI("sip:bob@home.example"),
    authorizationUsername: "bob",
    authorizationPassword: "secret",
    transportConstructor: Transport,
    logBuiltinEnabled: false,
    delegate: { onInvite: () => {} },
    sessionDescriptionHandlerFactory: () => ({
      close: () => {},
      hasDescription: (type) => type === "application/sdp",
      getDescription: async () => ({ body: sdp, contentType: "application/sdp" }),
      setDescription: async () => {},
    }),
    ...options,
  });
  await phone.start();
  return { phone, sent, receive: (text) => transport.onMessage(text), uri: phone.contact.uri.toString(), SIP };
}
