// The end of a tracked call (RFC 3261 §15): by a BYE of one end, or by this server. Its row is closed once, and the flows forget
// it afterwards.
import { send, type Send } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { BYE_AGAIN_SECONDS } from "../policy/calls.ts";
import { END_AGAIN_SECONDS } from "../policy/http-callees.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import type { ReasonCode } from "../reasons.ts";
import type { Call, WhyEnded } from "../state/call.ts";
import type { Change } from "../state/change.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { liveContext } from "../state/snapshot.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { TimerRequest } from "../timer.ts";
import type { DialogToken } from "../tokens/dialog-token.ts";
import type { Endpoint, FlowId } from "../transport/endpoint.ts";
import { isHttpEnd } from "../transport/http-end.ts";
import type { World } from "../world.ts";
import { byeTo, type Side } from "./bye.ts";
import { addressWithin } from "./dialog-target.ts";

/**
 * The changes of a BYE from `flow` to the other end. Nothing is read at first: the token names the call. If that has ended or is
 * watched, or the BYE is for the dialog of another branch, the commit meets a conflict.
 */
export async function hangUp(
  { call: id }: DialogToken,
  { fromTag = "", toTag = "" }: Essentials,
  flow: FlowId,
  to: Endpoint,
  world: Pick<World, "read" | "now" | "settings" | "isRetry">,
): Promise<readonly Change[]> {
  if (id === undefined) return [];
  const end = { at: world.now, why: "hung up" } as const;
  const tags = [fromTag, toTag] as const;
  const ending = { kind: "call ended", context: id, tags, end, expiresAt: closedUntil(world) } as const;
  const forgetting = forgetOn([flow, to.flow], id, world.now);
  if (!world.isRetry) return [{ ...ending, isUnwatched: true }, ...forgetting];

  const { call } = liveContext(await world.read({ contexts: [id] }), id, world.now) ?? {};
  if (call === undefined || !tags.includes(call.tag)) return [];
  return call.ended === undefined ? [ending, ...forgetting] : forgetting;
}

/** An end of the call, and whether a message reaches it. */
export interface EndOfCall {
  readonly side: Side;
  readonly end: Endpoint;
  readonly isThere: boolean;
}

/** Closes the row and sends BYE to the ends that are there. */
export async function endCall(
  context: ResponseContext,
  call: Call,
  why: Exclude<WhyEnded, "hung up">,
  ends: readonly EndOfCall[],
  world: World,
): Promise<Outcome> {
  const ended = { ...call, ended: { at: world.now, why } };
  const expiresAt = Math.max(closedUntil(world), world.now + BYE_AGAIN_SECONDS);
  const change = { kind: "context", context: { ...context, call: ended, expiresAt } } as const;
  return {
    ...nothing(codes[why]),
    changes: [change, ...forgetOn(reachable(ends), context.id, world.now)],
    timers: sessionTimers(
      call.tag,
      ends.map(({ end }) => end),
    ),
    effects: await byes(context, ended, why, ends, world),
  };
}

/** The BYEs of an ended call. A repeated timer sends them again, because its first process may have ended before it sent them. */
export async function byes(
  context: ResponseContext,
  call: Call,
  why: Exclude<WhyEnded, "hung up">,
  ends: readonly EndOfCall[],
  world: World,
): Promise<readonly Send[]> {
  const there = ends.filter(({ isThere }) => isThere);
  return Promise.all(
    there.map(async ({ side, end: to }) => {
      const bye = byeTo(side, context, call, why, world);
      const { end, uri = bye.uri } = await addressWithin(bye, to, world);
      return send(end, { ...bye, uri });
    }),
  );
}

/**
 * The session of an HTTP callee ends even if the process ends after it has stored the end of the call.
 * @param tag of the dialog, which is the key of the session
 * @param by a BYE, which ends the dialog even if the process ends before
 */
export function sessionTimers(
  tag: string,
  ends: readonly Endpoint[],
  by: { readonly isHungUp?: true } = {},
): readonly TimerRequest[] {
  const timer = { kind: "http session", session: tag, ...by, delaySeconds: END_AGAIN_SECONDS } as const;
  return ends.filter(isHttpEnd).map(() => timer);
}

const codes = {
  lost: "call-lost",
  operator: "call-ended-by-operator",
  "too long": "call-too-long",
} as const satisfies Record<Exclude<WhyEnded, "hung up">, ReasonCode>;

/** A closed row stays as long as that of a call that was not answered: its timers and late responses find it. */
function closedUntil({ now, settings }: Pick<World, "now" | "settings">): number {
  return now + settings.ringSeconds + 3 * TIMEOUT_SECONDS;
}

function reachable(ends: readonly EndOfCall[]): readonly FlowId[] {
  return ends.filter(({ isThere }) => isThere).map(({ end }) => end.flow);
}

function forgetOn(flows: readonly FlowId[], call: string, at: number): readonly Change[] {
  const known = flows.filter((flow) => !isHttpEnd({ flow }));
  return [...new Set(known)].map((flow) => ({ kind: "flow call over", flow, call, at }));
}
