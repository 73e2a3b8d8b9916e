// The calls of the phone: at most two, of which one is heard and the other on hold or ringing.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { capture } from "../media/capture.ts";
import { release } from "../media/stream.ts";
import { type Peer, peerOf, shortened } from "../sip/address.ts";
import { type Call, type CallListener, type CallStart, followCall } from "../sip/call.ts";
import type { CallState } from "../sip/call-state.ts";
import { forwarderOf, reachedBy } from "../sip/forwarded.ts";
import type { Invite, Line } from "../sip/line.ts";
import { DO_NOT_DISTURB } from "../sip/reasons.ts";
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { texts } from "../texts.ts";
import { addressProblem } from "./address-problem.ts";
import { known } from "./contacts.ts";
import { createTransfers } from "./transfers.ts";

export interface CallsListener {
  /** A call has a new state, its last one included. */
  changed(call: CallState): void;
  /** A call was refused without ringing. */
  missed(call: Pick<CallState, "peer" | "offersVideo">): void;
  tell: Tell;
  /** Whether the user has answered this caller already, in a notification. */
  answers(address: string): boolean;
}

export interface Calls {
  readonly dial: (target: string, video: boolean) => Promise<void>;
  readonly rings: (session: RTCSession, invite: Invite) => void;
  readonly answer: (video: boolean) => Promise<void>;
  readonly decline: () => void;
  readonly hangUp: () => void;
  readonly mute: (isMuted: boolean) => void;
  readonly hold: (isHeld: boolean) => void;
  readonly press: (key: string) => void;
  readonly showCamera: (isOn: boolean) => Promise<void>;
  readonly swap: () => void;
  readonly transfer: (target: string) => Promise<void>;
  /** Connects the peers of the two calls. */
  readonly connectBoth: () => Promise<void>;
  /** Uses the devices that the user has chosen, from now on. */
  readonly useDevices: (kind: "microphone" | "camera") => Promise<void>;
  /** The server is back: media that was lost is looked for. */
  readonly restartLost: () => void;
}

const MOST_CALLS = 2;
/** RFC 3261 §21.4.24: this phone is busy; another one of the user may not be. */
const BUSY = 486;
/** RFC 3261 §21.4.18 */
const UNAVAILABLE = 480;

export function createCalls(store: Store<PhoneState>, line: () => Line | undefined, listener: CallsListener): Calls {
  let calls: readonly Call[] = [];
  let lastId = 0;
  let isDialing = false;
  /** The call that an INVITE with Replaces is about to end. */
  let replacing: Call | undefined;

  const isOnline = () => store.state.line.kind === "registered";
  const publish = () => store.set({ calls: calls.map(({ state }) => state) });
  const heard = () => calls.at(-1);
  const ringing = () => calls.find(({ state: { phase } }) => phase === "incoming");
  const held = () => calls.find((call) => call !== heard() && call.state.phase === "talking");

  const add = (call: Call) => {
    const wasInCall = calls.length > 0;
    // A call that rings is not heard yet, so it stays behind the one that is.
    const isSecondRinging = wasInCall && call.state.phase === "incoming";
    calls = isSecondRinging ? [call, ...calls] : [...calls, call];
    store.set({ isCallBehind: false });
    publish();
    listener.changed(call.state);
  };
  const bringForward = (call: Call) => {
    calls = [...calls.filter((other) => other !== call), call];
    for (const other of calls) if (other !== call && other.state.phase === "talking") other.hold(true);
    if (call.state.phase === "talking") call.hold(false);
    publish();
  };

  const callListener: CallListener = {
    changed: (call) => {
      if (!calls.includes(call)) return; // it may take the place of another one later
      if (call.state.phase === "over") calls = calls.filter((other) => other !== call);
      if (calls.length === 0) store.set({ isCallBehind: false });
      publish();
      listener.changed(call.state);
    },
    lost: (call) => {
      if (isOnline()) call.restart();
    },
    forgotten: (call) => void transfers.renew(call),
    referred: (call, start) => void transfers.follow(call, start),
    replaced: (call, accept) => {
      replacing = call;
      accept();
      replacing = undefined;
    },
  };

  const knownPeer = (peer: Peer | undefined) => peer && known(peer, store.state);
  type Start = Pick<CallStart, "incoming" | "offersVideo" | "forwardedBy" | "local" | "since">;
  const follow = (session: RTCSession, start: Start) => {
    lastId += 1;
    const { domain } = store.state;
    const peer = known(peerOf(session.remote_identity, domain), store.state);
    const reached = (response: unknown) => knownPeer(reachedBy(response, peer, domain));
    return followCall({ ...start, id: lastId, session, peer, isOnline, reachedBy: reached }, callListener);
  };
  const begin = (session: RTCSession, local: MediaStream, offersVideo: boolean) => {
    const call = follow(session, { incoming: false, offersVideo, local });
    add(call);
    return call;
  };
  const succeed = (old: Call, call: Call) => {
    calls = calls.map((other) => (other === old ? call : other));
    publish();
  };
  const transfers = createTransfers({ store, line, listener, heard, held, isOnline, begin, follow, succeed });

  const goTo = (call: Call) => {
    listener.tell(texts.dialer.inCall(call.state.peer.name), "calm");
    store.set({ isCallBehind: false });
    if (call === held() && heard()?.state.phase === "talking") bringForward(call);
  };

  const dial = async (target: string, video: boolean) => {
    listener.tell(undefined);
    const current = line();
    const before = heard();
    const known = calls.find(({ state }) => state.peer.address === shortened(target, store.state.domain));
    if (known) return goTo(known);
    if (current === undefined || !isOnline()) return listener.tell(texts.dialer.notSignedIn);
    if (calls.length >= MOST_CALLS) return listener.tell(texts.dialer.twoCalls);
    if (isDialing || (before && before.state.phase !== "talking")) return listener.tell(texts.dialer.oneAtATime);
    isDialing = true;
    const [captured, pcConfig] = await Promise.all([
      capture(video ? "both" : "audio", store.state.settings),
      current.iceServers(),
    ]);
    isDialing = false;
    if (!captured.ok) return listener.tell(captured.reason);
    try {
      const session = current.call(target, captured.stream, pcConfig);
      before?.hold(true);
      begin(session, captured.stream, video);
    } catch (error) {
      release(captured.stream);
      listener.tell(addressProblem(target, store.state.domain, error));
    }
  };

  const answer = async (video: boolean) => {
    const call = ringing();
    if (call === undefined) return;
    const [captured, pcConfig] = await Promise.all([
      capture(video ? "both" : "audio", store.state.settings),
      line()?.iceServers() ?? {},
    ]);
    if (!captured.ok) return listener.tell(captured.reason);
    if (call.state.phase !== "incoming") return release(captured.stream); // the caller gave up meanwhile
    call.answer(captured.stream, pcConfig);
    bringForward(call);
  };

  return {
    dial,
    answer,
    rings: (session, invite) => {
      const { domain } = store.state;
      const peer = known(peerOf(session.remote_identity, domain), store.state);
      const offersVideo = /^m=video [1-9]/m.test(invite.body);
      if (replacing) {
        const call = follow(session, { incoming: true, offersVideo: false });
        calls = [...calls, call];
        return void transfers.replace(replacing, call);
      }
      if (store.state.settings.quiet) {
        session.terminate({ status_code: UNAVAILABLE, reason_phrase: DO_NOT_DISTURB });
        return listener.missed({ peer, offersVideo });
      }
      if (calls.length >= MOST_CALLS || ringing()) {
        session.terminate({ status_code: BUSY });
        return listener.missed({ peer, offersVideo });
      }
      if (calls.length === 0) listener.tell(undefined);
      const forwardedBy = knownPeer(forwarderOf(invite, domain))?.name;
      add(follow(session, { incoming: true, offersVideo, ...(forwardedBy !== undefined && { forwardedBy }) }));
      if (listener.answers(peer.address)) void answer(false);
    },
    decline: () => ringing()?.end(),
    hangUp: () => heard()?.end(),
    mute: (isMuted) => heard()?.mute(isMuted),
    hold: (isHeld) => heard()?.hold(isHeld),
    press: (key) => {
      if (isOnline()) heard()?.press(key);
      else listener.tell(texts.dialer.notSignedIn);
    },
    showCamera: async (isOn) => {
      const call = heard();
      if (!isOn) return void call?.showCamera(undefined);
      const captured = await capture("video", store.state.settings);
      if (!captured.ok) return listener.tell(captured.reason);
      const refused = await call?.showCamera(captured.stream.getVideoTracks()[0]);
      if (refused !== undefined) listener.tell(refused);
    },
    swap: () => {
      const other = held();
      if (other) bringForward(other);
    },
    transfer: transfers.transfer,
    connectBoth: transfers.connectBoth,
    useDevices: async (kind) => {
      const call = heard();
      if (call?.state.local === undefined || (kind === "camera" && !call.state.hasLocalVideo)) return;
      const captured = await capture(kind === "camera" ? "video" : "audio", store.state.settings);
      if (!captured.ok) return listener.tell(captured.reason);
      const [track] = captured.stream.getTracks();
      if (track) await call.replaceTrack(track);
    },
    restartLost: () => {
      for (const call of calls) if (call.state.isLost) call.restart();
    },
  };
}
