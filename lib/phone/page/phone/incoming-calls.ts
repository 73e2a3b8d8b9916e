// The calls that ring, and those that are refused without ringing.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { capture } from "../media/capture.ts";
import { release } from "../media/stream.ts";
import { peerOf } from "../sip/address.ts";
import type { Call } from "../sip/call.ts";
import { forwarderOf } from "../sip/forwarded.ts";
import type { Invite } from "../sip/line.ts";
import { DO_NOT_DISTURB } from "../sip/reasons.ts";
import type { CallSurroundings } from "./call-surroundings.ts";
import { known } from "./contacts.ts";

export interface IncomingCalls {
  readonly rings: (session: RTCSession, invite: Invite) => void;
  /** The next session takes the place of this call (RFC 3891); `accept` makes it ring. */
  readonly replaced: (call: Call, accept: () => void) => void;
  readonly answer: (video: boolean) => Promise<void>;
  readonly decline: () => void;
}

/** RFC 3261 §21.4.24: this phone is busy; another one of the user may not be. */
const BUSY = 486;
/** RFC 3261 §21.4.18 */
const UNAVAILABLE = 480;

/** @param replace answers a call that takes the place of another one */
export function createIncomingCalls(
  { store, line, listener, list, callOf }: CallSurroundings,
  replace: (old: Call, call: Call) => Promise<void>,
): IncomingCalls {
  /** The call that an INVITE with Replaces is about to end. */
  let replacing: Call | undefined;

  const answer = async (video: boolean) => {
    const call = list.ringing();
    if (call === undefined) return;
    const [captured, pcConfig] = await Promise.all([
      capture(video ? "both" : "audio", store.state.settings),
      line()?.iceServers() ?? {},
    ]);
    if (!captured.ok) return listener.tell(captured.reason);
    if (call.state.phase !== "incoming") return release(captured.stream); // the caller gave up meanwhile
    call.answer(captured.stream, pcConfig);
    list.bringForward(call);
  };

  return {
    rings: (session, invite) => {
      const { domain, settings } = store.state;
      const peer = known(peerOf(session.remote_identity, domain), store.state);
      const offersVideo = /^m=video [1-9]/m.test(invite.body);
      if (replacing) {
        const call = callOf(session, { incoming: true, offersVideo: false });
        list.addSilently(call);
        return void replace(replacing, call);
      }
      if (settings.quiet) {
        session.terminate({ status_code: UNAVAILABLE, reason_phrase: DO_NOT_DISTURB });
        return listener.missed({ peer, offersVideo });
      }
      if (list.isFull() || list.ringing()) {
        session.terminate({ status_code: BUSY });
        return listener.missed({ peer, offersVideo });
      }
      if (list.all().length === 0) listener.tell(undefined);
      const forwarder = forwarderOf(invite, domain);
      const forwardedBy = forwarder && known(forwarder, store.state).name;
      list.add(callOf(session, { incoming: true, offersVideo, ...(forwardedBy !== undefined && { forwardedBy }) }));
      if (listener.answers(peer.address)) void answer(false);
    },
    replaced: (call, accept) => {
      replacing = call;
      accept();
      replacing = undefined;
    },
    answer,
    decline: () => list.ringing()?.end(),
  };
}
