// The state of one call while it goes on. Each change is reported, and nothing changes after its end.
import { hasVideo } from "../media/stream.ts";
import type { Peer } from "./address.ts";
import { type CallState, initialState, type Outcome } from "./call-state.ts";

export interface CallStart {
  readonly id: number;
  readonly peer: Peer;
  readonly incoming: boolean;
  readonly offersVideo: boolean;
  readonly forwardedBy?: string;
  readonly local?: MediaStream;
  /** When it began, if it takes the place of a call. */
  readonly since?: number;
}

export interface CallProgress {
  readonly state: CallState;
  update(change: Partial<CallState>): void;
  /** The last change: microphone and camera are switched off. */
  end(words: string, outcome: Outcome): void;
  /** Whether the end of the call needs no sentence, because another one says it. */
  endsQuietly(isQuiet: boolean): void;
}

/** @param changed called after each change */
export function createCallProgress(start: CallStart, changed: () => void): CallProgress {
  let isQuiet = false;
  let state: CallState = {
    ...initialState,
    ...start,
    hasLocalVideo: hasVideo(start.local),
    phase: start.incoming ? "incoming" : "calling",
  };
  const update = (change: Partial<CallState>) => {
    if (state.phase === "over") return;
    state = { ...state, ...change };
    changed();
  };
  return {
    get state() {
      return state;
    },
    update,
    end: (words, outcome) => {
      for (const track of state.local?.getTracks() ?? []) track.stop();
      update({ phase: "over", outcome, ...(!isQuiet && { words }) });
    },
    endsQuietly: (wanted) => {
      isQuiet = wanted;
    },
  };
}
