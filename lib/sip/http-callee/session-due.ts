// The timer of a session (RFC 3261 §13.3.1.4): a process may have ended before it stored the answer, sent it, or told the
// endpoint of the end.
import { nothing, type Outcome } from "../outcome.ts";
import { ACK_SECONDS, ASKED_SECONDS } from "../policy/http-callees.ts";
import { CLOCK_SECONDS } from "../policy/calls.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import { endCall } from "../proxy/end-call.ts";
import type { HttpSession } from "../state/http-session.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import { liveContext } from "../state/snapshot.ts";
import type { HttpSessionTimer } from "../timer.ts";
import { calleeOn, httpEnd } from "../transport/http-end.ts";
import { refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { ackTimer, answerReply } from "./answered.ts";
import { endAgain, endSession } from "./end-session.ts";
import { freed, over, readSession } from "./session-records.ts";
import { answerThroughProxy, inviteOf } from "./through-proxy.ts";

export async function httpSessionDue(timer: HttpSessionTimer, world: World): Promise<Outcome> {
  const { session: tag, branch, isHungUp } = timer;
  const session = await readSession(tag, world);
  if (session === undefined) return neverStored(timer, world);
  const { context: id, state, askedAt } = session;
  if (state === "over") return { ...nothing("timer-after-end"), changes: await over(session, world) };
  if (state === "ending") return branch === undefined ? endAgain(session, world) : nothing("timer-stale");
  const context = liveContext(await world.read({ contexts: [id] }), id, world.now);
  if (state === "asked") {
    if (world.now < askedAt + ASKED_SECONDS - CLOCK_SECONDS) return nothing("timer-stale");
    return noAnswer(session, context, world);
  }
  if (branch !== undefined) return nothing("timer-stale"); // answered since; the timers of the ACK look further
  if (context === undefined || !isWanted(context, session, world)) return endSession(session, world);
  if (isHungUp === true) return endDialog(session, context, world);
  return session.isAcked === true ? nothing("call-goes-on") : answerAgain(session, context, world);
}

/** With its call, unless another answer began that. */
async function endDialog(session: HttpSession, context: ResponseContext, world: World): Promise<Outcome> {
  const { call, caller } = context;
  if (call === undefined || call.tag !== session.tag) return endSession(session, world);
  const ends = [
    { side: "caller", end: caller, isThere: true },
    { side: "callee", end: httpEnd(session.aor), isThere: true },
  ] as const;
  return endCall(context, call, "lost", ends, world);
}

/**
 * The caller takes the answer, or has taken it: not cancelled, not refused, not ended, and not ended as a later answer. A CANCEL
 * that came before the session was stored has ended its branch with 487, and another branch may have been answered since.
 */
function isWanted(
  { state, isCancelled, call, branches }: ResponseContext,
  { tag, index }: HttpSession,
  { settings }: Pick<World, "settings">,
): boolean {
  if (branches[index]?.state === "completed") return false;
  if (state !== "accepted") return state === "proceeding" && !isCancelled;
  return call === undefined || call.tag === tag ? call?.ended === undefined : settings.laterAnswers === "forward";
}

/** 408: the process that asked the endpoint has ended, and the answer with it. */
async function noAnswer(session: HttpSession, context: ResponseContext | undefined, world: World): Promise<Outcome> {
  const changes = await over(session, world);
  if (context === undefined) return { ...nothing("http-session-over"), changes };
  const { index, aor, tag } = session;
  const reply = refusal("http-timeout", { detail: "the process that asked has ended" });
  const refusing = await answerThroughProxy(inviteOf(context, index, aor, world), reply, tag, aor, world);
  return { ...refusing, changes: [...changes, ...refusing.changes] };
}

/** The process ended before it asked the endpoint, perhaps after its call was counted. */
async function neverStored({ session: tag, branch: name, ...timer }: HttpSessionTimer, world: World): Promise<Outcome> {
  if (name === undefined) return nothing("timer-after-end");
  const context = liveContext(await world.read({ contexts: [name.context] }), name.context, world.now);
  const branch = context?.branches[name.index];
  const { aor = branch && calleeOn(branch.target.flow) } = timer;
  if (aor === undefined) return nothing("timer-after-end");
  const changes = await freed(tag, aor, world);
  if (context === undefined || branch === undefined || !isPending(branch))
    return { ...nothing("timer-after-end"), changes };
  const ended = refusal("http-timeout", { detail: "the process has ended before it asked" });
  const reply = context.isCancelled ? ({ status: 487 } as const) : ended; // §9.2
  const refusing = await answerThroughProxy(inviteOf(context, name.index, aor, world), reply, tag, aor, world);
  return { ...refusing, changes: [...changes, ...refusing.changes] };
}

/** RFC 3261 §13.3.1.4: the 2xx is repeated until its ACK comes, for 64*T1; then the session is ended. */
async function answerAgain(session: HttpSession, context: ResponseContext, world: World): Promise<Outcome> {
  const { tag, aor, index, answeredAt = world.now } = session;
  const elapsed = Math.max(ACK_SECONDS, world.now - answeredAt);
  if (elapsed >= TIMEOUT_SECONDS) {
    return { ...(await endDialog(session, context, world)), reason: { code: "http-not-acknowledged" } };
  }
  const invite = inviteOf(context, index, aor, world);
  const answered = await answerThroughProxy(invite, answerReply(session, invite), tag, aor, world);
  return {
    ...answered,
    timers: [...answered.timers, ackTimer(session, elapsed)],
    reason: { code: "http-answer-repeated" },
  };
}
