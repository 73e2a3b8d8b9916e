// The outcome of a step of a response context (RFC 3261 §16.7): its change, which costs as little as it can, with its
// messages and timers.
import type { Outcome } from "../outcome.ts";
import type { ReasonCode } from "../reasons.ts";
import { branchChange } from "../state/branch-change.ts";
import type { Change } from "../state/change.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { keepResponses } from "./kept-responses.ts";
import { isInvite } from "./response-context.ts";
import { effectsOf, type Transition } from "./transition.ts";

/** A context that did not change costs no write, and neither does a response to a non-INVITE that has its final response. */
export function outcomeOf(before: ResponseContext, transition: Transition, code?: ReasonCode): Outcome {
  const { timers } = transition;
  const isOver = transition.context === before || (before.state === "completed" && !isInvite(before));
  return {
    changes: isOver ? [] : changesOf(before, transition),
    timers,
    effects: effectsOf(transition),
    ...(code && { reason: { code } }),
  };
}

function changesOf(before: ResponseContext, transition: Transition): readonly Change[] {
  const { context, kept } = keepResponses(transition);
  const change = branchChange(before, context) ?? ({ kind: "context", context } as const);
  return [...kept.map((one) => ({ kind: "kept response", kept: one }) as const), change];
}
