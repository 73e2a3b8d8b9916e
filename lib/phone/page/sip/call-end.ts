// How a call ended.
import type { EndEvent } from "jssip/lib/RTCSession.js";
import type { CallState, Outcome } from "./call-state.ts";
import { type Cause, isAnsweredElsewhere } from "./reasons.ts";
import { headerOf, phraseOf, statusOf } from "./status.ts";

export function causeOf({ originator, cause, message }: EndEvent): Cause {
  const [status, phrase, reason] = [statusOf(message), phraseOf(message), headerOf(message, "Reason")];
  return {
    originator,
    cause,
    ...(status !== undefined && { status }),
    ...(phrase !== undefined && { phrase }),
    ...(reason !== undefined && { reason }),
  };
}

export function outcomeOf({ since, incoming }: CallState, why: Cause): Outcome {
  if (since !== undefined) return "answered";
  if (isAnsweredElsewhere(why)) return "elsewhere";
  if (!incoming) return "failed";
  return why.originator === "local" && why.cause === "Rejected" ? "declined" : "missed";
}
