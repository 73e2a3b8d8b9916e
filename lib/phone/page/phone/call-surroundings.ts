// Shared by the parts that make up the calls.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { Call } from "../sip/call.ts";
import type { CallStart } from "../sip/call-progress.ts";
import type { CallState } from "../sip/call-state.ts";
import type { Line } from "../sip/line.ts";
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import type { CallList } from "./call-list.ts";

export interface CallsListener {
  /** A call has a new state, its last one included. */
  changed(call: CallState): void;
  /** A call was refused without ringing. */
  missed(call: Pick<CallState, "peer" | "offersVideo">): void;
  tell: Tell;
  /** Whether the user has answered this caller already, in a notification. */
  answers(address: string): boolean;
}

export interface CallSurroundings {
  readonly store: Store<PhoneState>;
  readonly line: () => Line | undefined;
  /** Whether messages can be sent. */
  readonly isOnline: () => boolean;
  readonly listener: CallsListener;
  readonly list: CallList;
  /** Follows a session; the call is not in the list yet. */
  readonly callOf: (session: RTCSession, start: Omit<CallStart, "id" | "peer">) => Call;
}
