// The INVITE server transaction (RFC 3261 §17.2.1 as amended by RFC 6026 §7.1), towards the caller. Timers H and L end a state
// that sends nothing more, so they are the lifetime of the row and not an input.
import type { Machine } from "./machine.ts";

export type InviteServerState = "proceeding" | "accepted" | "completed";
export type InviteServerInput = "request again" | "user 1xx" | "user 2xx" | "user 3xx-6xx" | "cancel";
export type InviteServerAction = "resend provisional" | "resend final" | "send" | "cancel branches";

export const inviteServer: Machine<InviteServerState, InviteServerInput, InviteServerAction> = {
  proceeding: {
    "request again": ["proceeding", "resend provisional"],
    "user 1xx": ["proceeding", "send"],
    "user 2xx": ["accepted", "send"],
    "user 3xx-6xx": ["completed", "send"],
    cancel: ["proceeding", "cancel branches"], // §9.2: answered with 200 in any state, effective before a final response only
  },
  accepted: {
    "user 2xx": ["accepted", "send"], // another branch answered, or the same one repeats its 2xx
  },
  completed: {
    "request again": ["completed", "resend final"],
    "user 2xx": ["accepted", "send"], // §16.7 step 5: a 2xx is forwarded even after another final response
  },
};
