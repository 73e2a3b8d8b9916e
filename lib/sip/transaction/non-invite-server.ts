// The non-INVITE server transaction (RFC 3261 §17.2.2), towards the sender of a forked request.
import type { Machine } from "./machine.ts";
import type { InviteServerAction, InviteServerInput } from "./invite-server.ts";

export type NonInviteServerState = "proceeding" | "completed";

/** `proceeding` includes the RFC's `trying`: RFC 4320 §4.1 forbids the 100 that would separate them. */
export const nonInviteServer: Machine<NonInviteServerState, InviteServerInput, InviteServerAction> = {
  proceeding: {
    "user 1xx": ["proceeding"], // RFC 4320 §4.1: no provisional response except a late 100
    "user 2xx": ["completed", "send"],
    "user 3xx-6xx": ["completed", "send"],
  },
  completed: {
    "request again": ["completed", "resend final"],
  },
};
