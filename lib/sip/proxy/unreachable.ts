// The decision when the addressee cannot be reached (RFC 3261 §16.5, §21.4.18): no device is registered, the device's flow
// is gone, no device answers, or the last one refuses. Forwarding applies here.
import type { Settings } from "../policy/settings.ts";
import { type ClientBranch, isPending, type ResponseContext } from "../state/response-context.ts";
import type { Forwarding } from "../state/routing-policy.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { ConditionalForwarding } from "../state/target.ts";
import type { DiversionReason } from "./diversion.ts";

export interface Forwarded {
  readonly kind: "forward";
  readonly to: string;
  readonly reason: DiversionReason;
}

/**
 * No device is registered: 480 for a subscriber, 404 for an address without one (RFC 3261 §21.4.5, §21.4.18). Where users
 * are kept by another service, the lack of a subscriber proves nothing, and the answer is 480 too.
 */
export function whenNotRegistered(
  subscriber: Subscriber | undefined,
  isNewCall: boolean,
  { usersAreElsewhere }: Settings,
): Forwarded | { readonly kind: "refuse"; readonly why: "unknown-user" | "not-registered" } {
  const { noAnswer, unreachable = noAnswer }: Forwarding = (isNewCall && subscriber?.forwarding) || {};
  if (unreachable !== undefined) return { kind: "forward", to: unreachable, reason: "unavailable" };
  return { kind: "refuse", why: subscriber === undefined && !usersAreElsewhere ? "unknown-user" : "not-registered" };
}

const BUSY = 486;

/** Sent by phones that stop ringing by themselves (JsSIP 408, SIP.js 480) or whose user declines for now. */
const UNANSWERED = new Set([408, 480]);

/** A branch was refused with `status`. Forwarding applies once every other branch has ended, and never after a 6xx. */
export function whenRefused(context: ResponseContext, index: number, status: number): Forwarded | undefined {
  const statuses = [status, ...context.branches.map((branch) => branch.status)];
  if (!isLast(context, index) || isDeclined(statuses)) return undefined;
  const { busy, noAnswer }: Partial<ConditionalForwarding> = context.forwarding ?? {};
  if (busy !== undefined && statuses.includes(BUSY)) return { kind: "forward", to: busy, reason: "user-busy" };
  if (noAnswer === undefined || !statuses.some((one = 0) => UNANSWERED.has(one))) return undefined;
  return { kind: "forward", to: noAnswer, reason: "no-answer" };
}

/** The request of a branch could not be delivered. If the branch has rung, the failure concerned another message. */
export function whenFlowGone(context: ResponseContext, index: number): Forwarded | undefined {
  const state = context.branches[index]?.state;
  return state === "calling" || state === "waking" ? whenDeviceLost(context, index) : undefined;
}

/** The device of a branch is on no flow any more, whether it has rung or not. */
export function whenDeviceLost(context: ResponseContext, index: number): Forwarded | undefined {
  const isOver = context.state !== "proceeding" || context.isCancelled || !isLast(context, index);
  return isOver ? undefined : whenUnanswered(context, "unavailable");
}

/** No device answered in time. A device that was busy may have said so before. */
export function whenUnanswered(context: ResponseContext, reason: "no-answer" | "unavailable"): Forwarded | undefined {
  const { busy, noAnswer, unreachable = noAnswer }: Partial<ConditionalForwarding> = context.forwarding ?? {};
  const statuses = context.branches.map(({ status }) => status);
  if (isDeclined(statuses)) return undefined;
  const to = reason === "unavailable" ? unreachable : noAnswer;
  if (to !== undefined) return { kind: "forward", to, reason };
  if (busy === undefined || !statuses.includes(BUSY)) return undefined;
  return { kind: "forward", to: busy, reason: "user-busy" };
}

function isDeclined(statuses: readonly (number | undefined)[]): boolean {
  return statuses.some((status = 0) => status >= 600);
}

/** No target waits, and every other branch has ended. */
function isLast({ branches, waiting }: ResponseContext, index: number): boolean {
  return waiting.length === 0 && branches.every((branch: ClientBranch, at) => at === index || !isPending(branch));
}
