// The calls of the phone: at most two, of which one is heard and the other on hold or ringing.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { peerOf } from "../sip/address.ts";
import { type CallListener, followCall } from "../sip/call.ts";
import type { CallStart } from "../sip/call-progress.ts";
import { reachedBy } from "../sip/forwarded.ts";
import type { Line } from "../sip/line.ts";
import type { PhoneState } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { createCallList } from "./call-list.ts";
import type { CallsListener, CallSurroundings } from "./call-surroundings.ts";
import { known } from "./contacts.ts";
import { createHeardCall, type HeardCall } from "./heard-call.ts";
import { createIncomingCalls, type IncomingCalls } from "./incoming-calls.ts";
import { createOutgoingCalls, type OutgoingCalls } from "./outgoing-calls.ts";
import { createTransfers, type Transfers } from "./transfers.ts";

export interface Calls
  extends HeardCall,
    Pick<IncomingCalls, "rings" | "answer" | "decline">,
    Pick<OutgoingCalls, "dial">,
    Pick<Transfers, "transfer" | "connectBoth"> {
  /** The server is back: media that was lost is looked for. */
  readonly restartLost: () => void;
}

export function createCalls(store: Store<PhoneState>, line: () => Line | undefined, listener: CallsListener): Calls {
  let lastId = 0;
  const list = createCallList(store, (call) => listener.changed(call));
  const isOnline = () => store.state.line.kind === "registered";

  const callListener: CallListener = {
    changed: list.changed,
    lost: (call) => {
      if (isOnline()) call.restart();
    },
    forgotten: (call) => void transfers.renew(call),
    referred: (call, start) => void transfers.follow(call, start),
    replaced: (call, accept) => incoming.replaced(call, accept),
  };
  const callOf = (session: RTCSession, start: Omit<CallStart, "id" | "peer">) => {
    lastId += 1;
    const { domain } = store.state;
    const peer = known(peerOf(session.remote_identity, domain), store.state);
    const reached = (response: unknown) => {
      const other = reachedBy(response, peer, domain);
      return other && known(other, store.state);
    };
    return followCall(
      { ...start, id: lastId, peer },
      { session, isOnline, reachedBy: reached, listener: callListener },
    );
  };

  const surroundings: CallSurroundings = { store, line, isOnline, listener, list, callOf };
  const { dial, begin } = createOutgoingCalls(surroundings);
  const transfers = createTransfers(surroundings, begin);
  const incoming = createIncomingCalls(surroundings, transfers.replace);

  return {
    ...createHeardCall(surroundings),
    dial,
    rings: incoming.rings,
    answer: incoming.answer,
    decline: incoming.decline,
    transfer: transfers.transfer,
    connectBoth: transfers.connectBoth,
    restartLost: () => {
      for (const call of list.all()) if (call.state.isLost) call.restart();
    },
  };
}
