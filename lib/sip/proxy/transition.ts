// A step of a response context (RFC 3261 §16.7): the context after it, and the messages and timers it asks for.
import type { Effect, Push, Send } from "../effect.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import type { ResponseContext } from "../state/response-context.ts";
import type { SipResponse } from "../syntax/message.ts";
import type { TimerRequest } from "../timer.ts";
import type { World } from "../world.ts";

export interface Transition {
  readonly context: ResponseContext;
  readonly sends: readonly Send[];
  readonly pushes?: readonly Push[];
  readonly timers: readonly TimerRequest[];
  /** Final responses of branches by index, as far as they were read or came in this step. */
  readonly responses: ReadonlyMap<number, SipResponse>;
}

/** A branch's response without our Via. `effective` replaces it when a forwarding policy overrides it. */
export interface BranchResponse {
  readonly response: SipResponse;
  readonly effective?: SipResponse;
}

export function unchanged(context: ResponseContext): Transition {
  return { context, sends: [], timers: [], responses: new Map() };
}

export function effectsOf({ sends, pushes = [] }: Transition): readonly Effect[] {
  return [...sends, ...pushes];
}

/**
 * Sets the context's next timer in place of any earlier one. `message` rides along for a phone that comes back. The row
 * lives until after the timer: timers that were late one after the other may have used up the time it was opened for.
 */
export function withTimer(
  transition: Transition,
  delaySeconds: number,
  { now }: Pick<World, "now">,
  message?: string,
): Transition {
  const { context } = transition;
  const epoch = context.epoch + 1;
  const expiresAt = Math.max(context.expiresAt, now + delaySeconds + TIMEOUT_SECONDS);
  const timer: TimerRequest = {
    kind: "transaction",
    context: context.id,
    epoch,
    delaySeconds,
    ...(message !== undefined && { message }),
  };
  return { ...transition, context: { ...context, epoch, expiresAt }, timers: [timer] };
}
