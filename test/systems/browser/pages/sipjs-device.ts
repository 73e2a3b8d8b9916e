// The tests' phone on SIP.js.
import {
  Invitation,
  Messager,
  Publisher,
  type Session,
  SessionState,
  SIPExtension,
  Subscriber,
  type URI,
  UserAgent,
} from "sip.js";
import {
  SessionDescriptionHandler,
  type SessionDescriptionHandlerOptions,
  SessionManager,
} from "sip.js/lib/platform/web/index.js";
import { fetchServers } from "../../../../examples/sipjs-turn.ts";
import { documentOf } from "../../../../lib/phone/page/sip/presence.ts";
import { documentEvent, documentEventsIn, documentTypes, known, listOf, owner, present } from "./device.ts";
import { TONE_MS as duration } from "./keypad-tone.ts";

const { ws, domain, user, password } = owner();
const uriOf = (peer: string) => `sip:${peer}@${domain}`;

const calls = new Map<string, Session>();
/** Called when the other side has agreed to a hold. */
const agreed = new Map<Session, () => void>();
const manager = new SessionManager(ws, {
  aor: uriOf(user),
  maxSimultaneousSessions: 0, // unlimited
  registererOptions: { expires: 540, regId: 1 }, // with a reg-id SIP.js sends its instance id, by which calls still reach it after a reconnect
  registererRegisterOptions: {
    requestDelegate: {
      onAccept: () => tell("registered"),
      onReject: ({ message }) => tell(`not registered: ${message.statusCode}`),
    },
  },
  userAgentOptions: {
    authorizationUsername: user,
    authorizationPassword: password,
    sipExtensionReplaces: SIPExtension.Supported,
    reconnectionAttempts: 3,
    reconnectionDelay: 1, // seconds
    logLevel: "error",
  },
  delegate: {
    onCallCreated: follow,
    onCallReceived: (session) => {
      if (session.replacee) void manager.answer(session);
      else tell(`${peerOf(session)} calls`);
    },
    onCallHold: (session) => agreed.get(session)?.(),
    onCallDTMFReceived: (session, tone) => tell(`${peerOf(session)} presses ${tone}`),
    onMessageReceived: ({ request }) => tell(`${request.from.uri.user} writes ${request.body}`),
  },
});
if (manager.userAgent.delegate) {
  // The manager would end its calls with the connection. The library beneath it keeps them, and connects again.
  manager.userAgent.delegate.onDisconnect = () => tell("disconnected");
}

function peerOf({ remoteIdentity }: Session): string {
  return remoteIdentity.uri.user ?? "";
}

function addressOf(peer: string): URI {
  const address = UserAgent.makeURI(uriOf(peer));
  if (address === undefined) throw new TypeError(`no address: ${peer}`);
  return address;
}

function follow(session: Session): void {
  const peer = peerOf(session);
  calls.set(peer, session);
  session.stateChange.addListener((state) => {
    if (state === SessionState.Established && !(session instanceof Invitation)) tell(`talks to ${peer}`);
    if (state === SessionState.Terminated) calls.delete(peer);
  });
  let isConfirmed = false;
  let offered = "";
  session.delegate = {
    onAck: () => {
      if (!isConfirmed) tell(`talks to ${peer}`);
      else if (/^a=(sendonly|inactive)/m.test(offered)) tell(`${peer} holds`);
      else tell(`${peer} resumes`);
      isConfirmed = true;
    },
    onInvite: ({ body }) => {
      offered = body;
      isConfirmed = true;
    },
    onBye: (bye) => {
      void bye.accept();
      tell(`${peer} hung up`);
    },
    onCancel: ({ request }) => tell(`${peer} stopped: ${request.getHeader("Reason") ?? "Canceled"}`),
  };
}

async function refer(peer: string, target: string | Session): Promise<void> {
  const session = known(calls, peer);
  await manager.transfer(session, target, {
    onNotify: (notification) => {
      const [, status = ""] = /^SIP\/2\.0 (\d+)/.exec(notification.request.body) ?? [];
      void notification.accept();
      tell(`transfer of ${peer}: ${status}`);
      if (status.startsWith("2")) void manager.hangup(session);
    },
    requestDelegate: { onReject: ({ message }) => tell(`transfer of ${peer}: ${message.statusCode}`) },
  });
}

/** The library's promise resolves when the re-INVITE is sent. */
function renegotiated(peer: string, renegotiate: (session: Session) => Promise<void>): Promise<void> {
  const session = known(calls, peer);
  return new Promise((resolve, reject) => {
    agreed.set(session, resolve);
    renegotiate(session).catch(reject);
  });
}

function handlerOf(peer: string): SessionDescriptionHandler {
  const handler = known(calls, peer).sessionDescriptionHandler;
  if (handler instanceof SessionDescriptionHandler) return handler;
  throw new Error(`no media with ${peer}`);
}

present({
  call: async (peer) => {
    await manager.call(uriOf(peer), undefined, {
      requestDelegate: {
        onProgress: ({ message }) => {
          if (message.statusCode !== 100) tell(`${peer} rings`);
        },
        onReject: ({ message: { statusCode } }) =>
          tell(statusCode === 487 ? `gave up on ${peer}` : `${peer} refused: ${statusCode}`),
      },
    });
  },
  answer: (peer) => manager.answer(known(calls, peer)),
  refuse: async (peer, statusCode) => {
    const session = known(calls, peer);
    if (session instanceof Invitation) await session.reject({ statusCode });
  },
  end: (peer) => manager.hangup(known(calls, peer)),
  hold: (peer) => renegotiated(peer, (session) => manager.hold(session)),
  resume: (peer) => renegotiated(peer, (session) => manager.unhold(session)),
  offer: (peer, how) =>
    new Promise((resolve, reject) => {
      if (how === "video") handlerOf(peer).peerConnection?.addTransceiver("video");
      const sessionDescriptionHandlerOptions: SessionDescriptionHandlerOptions = {
        offerOptions: { iceRestart: how === "ice restart" },
      };
      const requestDelegate = { onAccept: () => resolve(), onReject: () => reject(new Error("rejected")) };
      known(calls, peer).invite({ sessionDescriptionHandlerOptions, requestDelegate }).catch(reject);
    }),
  press: async (peer, key, how) => {
    if (how === "info") await manager.sendDTMF(known(calls, peer), key);
    else handlerOf(peer).sendDtmf(key, { duration, interToneGap: 70 });
  },
  transfer: (peer, to) => refer(peer, uriOf(to)),
  connect: (peer, to) => refer(peer, known(calls, to)),
  write: (peer, text) =>
    new Promise((resolve, reject) => {
      const requestDelegate = {
        onAccept: () => resolve(),
        onReject: () => reject(new Error("rejected")),
      };
      void new Messager(manager.userAgent, addressOf(peer), text).message({ requestDelegate });
    }),
  watch: async (peer, event) => {
    const subscriber = new Subscriber(manager.userAgent, addressOf(peer), event, { expires: 600 });
    subscriber.delegate = {
      onNotify: (notification) => {
        void notification.accept();
        tell(documentEvent(peer, event, notification.request.body));
      },
    };
    await subscriber.subscribe();
  },
  watchList: async (peers) => {
    const { accept, extraHeaders, ...content } = listOf(peers.map(uriOf));
    const options = { expires: 600, ...content, extraHeaders: [...extraHeaders, `Accept: ${accept}`] };
    const subscriber = new Subscriber(manager.userAgent, addressOf(user), "presence", options);
    subscriber.delegate = {
      onNotify: (notification) => {
        void notification.accept();
        const { request } = notification;
        for (const event of documentEventsIn(request.getHeader("Content-Type") ?? "", request.body)) tell(event);
      },
    };
    await subscriber.subscribe();
  },
  goAway: async () => {
    const contentType = documentTypes.presence;
    const options = { body: documentOf(uriOf(user), "away"), contentType, expires: 600 };
    await new Publisher(manager.userAgent, addressOf(user), "presence", options).publish(options.body);
  },
  fetchServers: async () => {
    const peerConnectionConfiguration = await fetchServers(manager.userAgent);
    manager.userAgent.configuration.sessionDescriptionHandlerFactoryOptions = { peerConnectionConfiguration };
    return peerConnectionConfiguration;
  },
  media: (peer) => handlerOf(peer).peerConnection,
});
await manager.connect();
await manager.register();
