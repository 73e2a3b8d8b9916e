// The calls that the user makes.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { capture } from "../media/capture.ts";
import { release } from "../media/stream.ts";
import { shortened } from "../sip/address.ts";
import type { Call } from "../sip/call.ts";
import { texts } from "../texts.ts";
import { addressProblem } from "./address-problem.ts";
import type { CallSurroundings } from "./call-surroundings.ts";

export interface OutgoingCalls {
  readonly dial: (target: string, video: boolean) => Promise<void>;
  /** Adds the call of a session that has begun. */
  readonly begin: (session: RTCSession, local: MediaStream, offersVideo: boolean) => Call;
}

export function createOutgoingCalls({
  store,
  line,
  isOnline,
  listener,
  list,
  callOf,
}: CallSurroundings): OutgoingCalls {
  let isDialing = false;
  const begin = (session: RTCSession, local: MediaStream, offersVideo: boolean) => {
    const call = callOf(session, { incoming: false, offersVideo, local });
    list.add(call);
    return call;
  };
  const goTo = (call: Call) => {
    listener.tell(texts.dialer.inCall(call.state.peer.name), "calm");
    store.set({ isCallBehind: false });
    if (call === list.held() && list.heard()?.state.phase === "talking") list.bringForward(call);
  };

  return {
    begin,
    dial: async (target, video) => {
      listener.tell(undefined);
      const current = line();
      const before = list.heard();
      const known = list.all().find(({ state }) => state.peer.address === shortened(target, store.state.domain));
      if (known) return goTo(known);
      if (current === undefined || !isOnline()) return listener.tell(texts.dialer.notSignedIn);
      if (list.isFull()) return listener.tell(texts.dialer.twoCalls);
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
    },
  };
}
