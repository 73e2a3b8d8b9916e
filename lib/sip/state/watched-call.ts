// A call of a user as its watchers see it (RFC 4235 §4.1): an entry in the states that report it.
import type { Aor } from "../syntax/aor.ts";

/** RFC 4235 §3.7.1. */
export const dialogStates = ["trying", "early", "confirmed", "terminated"] as const;

export interface WatchedCall {
  /** Its response context. */
  readonly call: string;
  readonly direction: "initiator" | "recipient";
  readonly state: (typeof dialogStates)[number];
  /** Absent where it is too long to be kept, as every part of the dialog is. */
  readonly callId?: string;
  readonly localTag?: string;
  readonly remoteTag?: string;
  /** The address of the other end, as the user was shown it or dialed it. */
  readonly remote: Aor;
  /** The user at the other end, as it has logged in; no document says it. Absent while none has answered. */
  readonly remoteUser?: Aor;
  /** Its Contact. */
  readonly remoteTarget?: string;
  readonly localTarget?: string;
}
