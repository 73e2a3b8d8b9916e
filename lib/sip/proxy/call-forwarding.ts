// Conditional forwarding (RFC 3261 §16.7 step 4, RFC 5806) on busy, no answer or unreachable of a call that is under
// way: new targets join its response context, or the caller is redirected. When it applies is decided in
// `unreachable.ts`.
import type { Push } from "../effect.ts";
import { redirection } from "../redirect/redirect.ts";
import type { Change } from "../state/change.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import type { SipResponse } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { divert } from "./determine-targets.ts";
import { diversionValue, withDiversions } from "./diversion.ts";
import { withForwardings } from "./history-info.ts";
import {
  answer,
  callersOf,
  callIdOf,
  isInvite,
  newTargets,
  requestOf,
  rememberedRequest,
  waitingWith,
} from "./response-context.ts";
import type { Targets } from "./target-set.ts";
import type { BranchResponse } from "./transition.ts";
import { type Forwarded, whenDeviceLost, whenFlowGone, whenRefused, whenUnanswered } from "./unreachable.ts";

/** The context, perhaps with more targets waiting, and the response as it counts now. */
export interface Alternatives {
  readonly context: ResponseContext;
  readonly received: BranchResponse;
  /** Stored beside the context. */
  readonly changes?: readonly Change[];
  /** For devices that sleep. */
  readonly pushes?: readonly Push[];
}

/** A branch was refused. */
export function onRefused(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  return forward(context, response, whenRefused(context, index, response.status), world);
}

/** The request of a branch could not be delivered; `response` stands for the missing one (§16.9). */
export function onFlowGone(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  return forward(context, response, whenFlowGone(context, index), world);
}

/** The device of a branch lost its connection and did not come back. */
export function onDeviceLost(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  return forward(context, response, whenDeviceLost(context, index), world);
}

/** Time is over. Undefined if no forwarding applies. */
export async function onNoAnswer(context: ResponseContext, world: World): Promise<Alternatives | undefined> {
  if (context.isCancelled || !isInvite(context) || !context.branches.some(isPending)) return undefined;
  const next = whenUnanswered(context, "no-answer");
  return next && forward(context, answer(context, 408), next, world);
}

async function forward(
  context: ResponseContext,
  response: SipResponse,
  next: Forwarded | undefined,
  world: World,
): Promise<Alternatives> {
  const unchanged = { context, received: { response } };
  const { forwarding, ...settled } = context;
  if (next === undefined || forwarding === undefined) return unchanged;
  const { aor, routing, visited } = forwarding;
  const search = { visited, diversions: [], isNewCall: true, callers: callersOf(context), callId: callIdOf(context) };
  const found = await divert({ from: aor, reason: next.reason, to: next.to }, { routing }, world, search);
  switch (found.kind) {
    case "refused":
      return { context: settled, received: { response } };
    case "redirect":
      return { context: settled, received: { response, effective: redirectOf(settled, found) } };
    case "ring":
      return { context: withTargets(settled, found, world.now), received: { response } };
  }
}

function redirectOf(context: ResponseContext, found: Extract<Targets, { kind: "redirect" }>): SipResponse {
  const reply = redirection(found.status, found.contacts, found.diversions.map(diversionValue));
  return respond(requestOf(context), reply, context.toTag);
}

/** The new targets have a ringing time of their own, and see the forwarding in Diversion and History-Info. */
export function withTargets(
  context: ResponseContext,
  { targets, diversions, forwarding, ringSeconds, turnSeconds }: Extract<Targets, { kind: "ring" }>,
  now: number,
): ResponseContext {
  const added = newTargets(context, targets);
  if (added.length === 0) return context;
  const kept = rememberedRequest(context);
  const { answerBy: _spent, turnSeconds: _before, turnEndsAt: _end, ...waiting } = context;
  const { branches, forwardedAfter = 0 } = context;
  return {
    ...waiting,
    forwardedAfter: branches.length,
    waiting: waitingWith(context, added),
    ...(kept && {
      message: serialize(
        withForwardings(withDiversions(kept.request, diversions), diversions, branches.length - forwardedAfter),
      ),
    }),
    ...(forwarding && { forwarding }),
    ...(ringSeconds !== undefined && { answerBy: now + ringSeconds }),
    ...(turnSeconds !== undefined && { turnSeconds }),
  };
}
