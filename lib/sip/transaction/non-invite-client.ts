// The non-INVITE client transaction (RFC 3261 §17.1.2), towards one target of a forked request.
import type { ClientAction, ClientInput } from "./invite-client.ts";
import type { Machine } from "./machine.ts";

export type NonInviteClientState = "calling" | "proceeding" | "completed" | "terminated";

/** `calling` is the RFC's `trying`. */
export const nonInviteClient: Machine<NonInviteClientState, ClientInput, ClientAction> = {
  calling: {
    "1xx": ["proceeding"],
    "2xx": ["completed", "pass up"],
    "3xx-6xx": ["completed", "pass up"],
    timeout: ["terminated", "report timeout"], // timer F
    "flow failed": ["terminated", "report failure"],
  },
  proceeding: {
    "2xx": ["completed", "pass up"],
    "3xx-6xx": ["completed", "pass up"],
    timeout: ["terminated", "report timeout"], // timer F
  },
  completed: {},
  terminated: {},
};
