// The INVITE client transaction (RFC 3261 §17.1.1 as amended by RFC 6026 §7.2), towards one callee. An ACK for a
// non-2xx is made here and never passed on from the caller (§17.1.1.3).
import type { Machine } from "./machine.ts";

export type InviteClientState = "waking" | "calling" | "proceeding" | "accepted" | "completed" | "terminated";
export type ClientInput = "1xx" | "2xx" | "3xx-6xx" | "cancel" | "timeout" | "flow failed" | "flow lost";
export type ClientAction =
  | "pass up"
  | "send ack"
  | "send cancel"
  | "cancel ringing"
  | "stop waking"
  | "hold cancel"
  | "report timeout"
  | "report failure";

export const inviteClient: Machine<InviteClientState, ClientInput, ClientAction> = {
  // The INVITE is sent when the device registers, which a push has asked for (RFC 8599 §5.6.2).
  waking: {
    cancel: ["terminated", "stop waking", "report timeout"],
    timeout: ["terminated", "stop waking", "report timeout"],
    "flow failed": ["terminated", "report failure"], // the push
    "flow lost": ["terminated", "stop waking", "report failure"], // it did not register in time
  },
  calling: {
    "1xx": ["proceeding", "pass up"],
    "2xx": ["accepted", "pass up"],
    "3xx-6xx": ["completed", "send ack", "pass up"],
    cancel: ["calling", "hold cancel"], // §9.1: no CANCEL before a provisional response
    timeout: ["terminated", "report timeout"], // timer B
    "flow failed": ["terminated", "report failure"],
    "flow lost": ["terminated", "report failure"],
  },
  proceeding: {
    "1xx": ["proceeding", "pass up"],
    "2xx": ["accepted", "pass up"],
    "3xx-6xx": ["completed", "send ack", "pass up"],
    cancel: ["proceeding", "send cancel"],
    timeout: ["terminated", "send cancel", "report timeout"], // timer C, §16.8
    "flow lost": ["terminated", "send cancel", "report failure"], // only its registration may be gone
  },
  accepted: { "2xx": ["accepted", "pass up"] }, // until timer M ends the row
  completed: { "3xx-6xx": ["completed", "send ack"] }, // until timer D ends the row
  terminated: {
    "1xx": ["terminated", "cancel ringing"], // canceled before any response; the callee rings now
    "2xx": ["accepted", "pass up"], // canceled, but answered: the callee waits for an ACK
    "3xx-6xx": ["completed", "send ack"], // the 487 to the CANCEL of timer C
  },
};
