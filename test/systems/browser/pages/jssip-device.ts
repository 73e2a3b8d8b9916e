// The tests' phone on JsSIP.
import { C, UA, WebSocketInterface } from "jssip";
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession.js";
import type { IncomingMessageEvent, OutgoingMessageEvent, RTCSessionEvent } from "jssip/lib/UA.js";
import { fetchServers } from "../../../../examples/jssip-turn.ts";
import { createPublication } from "../../../../lib/phone/page/sip/publication.ts";
import { documentEvent, documentEventsIn, documentTypes, known, listOf, owner, present } from "./device.ts";
import { TONE_MS as duration } from "./keypad-tone.ts";

const { ws, domain, user, password } = owner();
const uriOf = (peer: string) => `sip:${peer}@${domain}`;
let pcConfig: RTCConfiguration = {};
const sound = () => ({ mediaConstraints: { audio: true, video: false }, pcConfig });

const calls = new Map<string, RTCSession>();
const ua = new UA({
  sockets: new WebSocketInterface(ws),
  uri: uriOf(user),
  password,
  register_expires: 540,
  connection_recovery_min_interval: 1, // seconds
  connection_recovery_max_interval: 1,
});

ua.on("registered", () => tell("registered"));
ua.on("registrationFailed", ({ cause }) => tell(`not registered: ${cause}`));
ua.on("disconnected", () => tell("disconnected"));
ua.on("newMessage", ({ originator, request }: IncomingMessageEvent | OutgoingMessageEvent) => {
  if (isRemote(originator)) tell(`${request.from.uri.user} writes ${request.body}`);
});
ua.on("newRTCSession", ({ originator, session, request }: RTCSessionEvent) => {
  const peer = session.remote_identity.uri.user;
  calls.set(peer, session);
  follow(session, peer, isRemote(originator));
  if (!isRemote(originator)) return;
  if (request.hasHeader("Replaces")) session.answer(sound());
  else tell(`${peer} calls`);
});

function follow(session: RTCSession, peer: string, incoming: boolean): void {
  const over = (event: string) => {
    calls.delete(peer);
    tell(event);
  };
  session.on("progress", () => {
    if (!incoming) tell(`${peer} rings`);
  });
  session.on("confirmed", () => tell(`talks to ${peer}`));
  session.on("ended", ({ originator }) => over(isRemote(originator) ? `${peer} hung up` : `hung up on ${peer}`));
  session.on("failed", (event) => over(failure(peer, incoming, event)));
  session.on("hold", ({ originator }) => {
    if (isRemote(originator)) tell(`${peer} holds`);
  });
  session.on("unhold", ({ originator }) => {
    if (isRemote(originator)) tell(`${peer} resumes`);
  });
  session.on("newDTMF", ({ originator, dtmf }: { readonly originator: unknown; readonly dtmf: { tone: string } }) => {
    if (isRemote(originator)) tell(`${peer} presses ${dtmf.tone}`);
  });
  session.on("refer", ({ accept }) => accept(undefined, sound()));
  session.on("replaces", ({ accept }) => accept());
}

function failure(peer: string, incoming: boolean, { originator, message, cause }: EndEvent): string {
  if (!isRemote(originator)) return incoming ? `refused ${peer}` : `gave up on ${peer}`;
  if ("status_code" in message) return `${peer} refused: ${message.status_code}`;
  return `${peer} stopped: ${message.hasHeader("Reason") ? message.getHeader("Reason") : cause}`;
}

/** The typings have an enum that the library does not export. */
function isRemote(originator: unknown): boolean {
  return originator === "remote";
}

function refer(peer: string, to: string, replaces?: RTCSession): void {
  const session = known(calls, peer);
  const progress = ({ status_line: { status_code: status } }: { readonly status_line: { status_code: number } }) =>
    tell(`transfer of ${peer}: ${status}`);
  session.refer(uriOf(to), {
    ...(replaces && { replaces }),
    eventHandlers: {
      trying: progress,
      progress,
      accepted: (event: Parameters<typeof progress>[0]) => {
        progress(event);
        session.terminate();
      },
      failed: progress,
      requestFailed: ({ cause }: { readonly cause: string }) => tell(`transfer of ${peer}: ${cause}`),
    },
  });
}

present({
  call: async (peer) => void ua.call(uriOf(peer), sound()),
  answer: async (peer) => known(calls, peer).answer(sound()),
  refuse: async (peer, status) => known(calls, peer).terminate({ status_code: status }),
  end: async (peer) => known(calls, peer).terminate(),
  hold: (peer) =>
    new Promise((resolve, reject) => {
      if (!known(calls, peer).hold({}, resolve)) reject(new Error("JsSIP is not ready to hold"));
    }),
  resume: (peer) =>
    new Promise((resolve, reject) => {
      if (!known(calls, peer).unhold({}, resolve)) reject(new Error("JsSIP is not ready to resume"));
    }),
  offer: (peer, how) =>
    new Promise((resolve, reject) => {
      const session = known(calls, peer);
      if (how === "video") session.connection.addTransceiver("video");
      const rtcOfferConstraints = { iceRestart: how === "ice restart" };
      if (!session.renegotiate({ rtcOfferConstraints }, resolve)) reject(new Error("JsSIP is not ready to offer"));
    }),
  press: async (peer, key, how) => {
    const { INFO, RFC2833 } = C.DTMF_TRANSPORT;
    known(calls, peer).sendDTMF(key, how === "info" ? { transportType: INFO } : { transportType: RFC2833, duration });
  },
  transfer: async (peer, to) => refer(peer, to),
  connect: async (peer, to) => refer(peer, to, known(calls, to)),
  write: (peer, text) =>
    new Promise((resolve, reject) => {
      const eventHandlers = {
        succeeded: () => resolve(),
        failed: ({ cause }: { readonly cause?: string }) => reject(new Error(cause)),
      };
      ua.sendMessage(uriOf(peer), text, { eventHandlers });
    }),
  watch: async (peer, event) => {
    const subscriber = ua.subscribe(uriOf(peer), event, documentTypes[event], { expires: 600 });
    subscriber.on("notify", (_isFinal, _request, body = "") => tell(documentEvent(peer, event, body)));
    subscriber.on("terminated", (_code, reason) => tell(`no longer watches ${peer}: ${reason}`));
    subscriber.subscribe();
  },
  watchList: async (peers) => {
    const { accept, body, ...options } = listOf(peers.map(uriOf));
    const subscriber = ua.subscribe(uriOf(user), "presence", accept, { expires: 600, ...options });
    subscriber.on("notify", (_isFinal, request, text = "") => {
      for (const event of documentEventsIn(request.getHeader("Content-Type") ?? "", text)) tell(event);
    });
    subscriber.on("terminated", (_code, reason) => tell(`no longer watches the list: ${reason}`));
    subscriber.subscribe(body);
  },
  goAway: async () => createPublication(ua, user, domain).set("away"),
  fetchServers: async () => (pcConfig = await fetchServers(ua, domain)),
  media: (peer) => known(calls, peer).connection,
});
ua.start();
