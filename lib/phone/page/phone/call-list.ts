// The calls of the phone and their order: the last one is heard, the one before it is on hold or rings.
import type { Call } from "../sip/call.ts";
import type { CallState } from "../sip/call-state.ts";
import type { PhoneState } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export interface CallList {
  readonly all: () => readonly Call[];
  readonly heard: () => Call | undefined;
  readonly held: () => Call | undefined;
  readonly ringing: () => Call | undefined;
  readonly isFull: () => boolean;
  readonly add: (call: Call) => void;
  /** Adds a call that will take the place of another one; the user learns of it by its first change. */
  readonly addSilently: (call: Call) => void;
  /** Holds the other calls, and resumes this one. */
  readonly bringForward: (call: Call) => void;
  /** Puts a call in the place of another one. */
  readonly succeed: (old: Call, call: Call) => void;
  /** A call has another state; one that is over leaves the list. */
  readonly changed: (call: Call) => void;
}

const MOST_CALLS = 2;

/** @param changed called with each new state of a call in the list, the last one included */
export function createCallList(store: Store<PhoneState>, changed: (call: CallState) => void): CallList {
  let calls: readonly Call[] = [];
  const publish = () => store.set({ calls: calls.map(({ state }) => state) });
  const heard = () => calls.at(-1);

  return {
    all: () => calls,
    heard,
    held: () => calls.find((call) => call !== heard() && call.state.phase === "talking"),
    ringing: () => calls.find(({ state: { phase } }) => phase === "incoming"),
    isFull: () => calls.length >= MOST_CALLS,
    add: (call) => {
      // A call that rings is not heard yet, so it stays behind the one that is.
      const isSecondRinging = calls.length > 0 && call.state.phase === "incoming";
      calls = isSecondRinging ? [call, ...calls] : [...calls, call];
      store.set({ isCallBehind: false });
      publish();
      changed(call.state);
    },
    addSilently: (call) => {
      calls = [...calls, call];
    },
    bringForward: (call) => {
      calls = [...calls.filter((other) => other !== call), call];
      for (const other of calls) if (other !== call && other.state.phase === "talking") other.hold(true);
      if (call.state.phase === "talking") call.hold(false);
      publish();
    },
    succeed: (old, call) => {
      calls = calls.map((other) => (other === old ? call : other));
      publish();
    },
    changed: (call) => {
      if (!calls.includes(call)) return; // it may take the place of another one later
      if (call.state.phase === "over") calls = calls.filter((other) => other !== call);
      if (calls.length === 0) store.set({ isCallBehind: false });
      publish();
      changed(call.state);
    },
  };
}
