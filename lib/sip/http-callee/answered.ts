// The result of a request to an endpoint: the answer to an offer becomes the 200 of the INVITE (RFC 3261 §13.3.1.4), a
// refusal its refusal. The session is stored before the 200 goes out; one that is not wanted any more is ended.
import type { HttpRequest, HttpResult } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { ACK_SECONDS } from "../policy/http-callees.ts";
import type { HttpSession } from "../state/http-session.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { TimerRequest } from "../timer.ts";
import type { Reply } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { type EndpointAnswer, readAnswer } from "./endpoint-answer.ts";
import { endSession } from "./end-session.ts";
import { restarted } from "./restart.ts";
import { over, readSession, stored } from "./session-records.ts";
import { answerThroughProxy, inDialogWith, sdpType } from "./through-proxy.ts";

export async function endpointAnswered(request: HttpRequest, result: HttpResult, world: World): Promise<Outcome> {
  const session = await readSession(request.session, world);
  if (session === undefined) return nothing("http-session-unknown");
  switch (request.purpose) {
    case "open":
      return opened(session, readAnswer(result, request, session.callee, world.settings.httpHosts), request, world);
    case "restart":
      return restarted(session, result, request, world);
    case "end":
      return ended(session, result, world);
  }
}

function opened(
  session: HttpSession,
  answer: EndpointAnswer,
  { answers }: HttpRequest,
  world: World,
): Promise<Outcome> {
  if (answers === undefined) throw new TypeError("an offer without an INVITE");
  if (answer.kind === "answer") return withAnswer(session, answer, answers, world);
  return refusedBy(session, answer, answers, world);
}

async function withAnswer(
  session: HttpSession,
  { sdp, url, takesRestarts }: Extract<EndpointAnswer, { kind: "answer" }>,
  invite: SipRequest,
  world: World,
): Promise<Outcome> {
  // CANCEL or the timer came first: the caller no longer waits for the answer.
  if (session.state === "over") return endSession({ ...session, url }, world);
  if (session.state === "ending") return nothing("http-not-wanted");
  const { ice, ...rest } = session;
  const open: HttpSession = {
    ...rest,
    ...(takesRestarts && ice !== undefined && { ice }),
    state: "open",
    url,
    answer: sdp,
    answeredAt: world.now,
  };
  const answered = await answerThroughProxy(invite, answerReply(open, invite), session.tag, session.aor, world);
  const isStored = session.state === "open"; // by an earlier decision, which then met a conflict
  return {
    ...answered,
    changes: [...(isStored ? [] : [stored(open)]), ...answered.changes],
    timers: [...answered.timers, ackTimer(session, ACK_SECONDS)],
    reason: { code: "http-answered" },
  };
}

/** The 200 of a session. */
export function answerReply({ answer = "", aor }: HttpSession, invite: SipRequest): Reply {
  return { status: 200, fields: [...inDialogWith(invite, aor), sdpType], body: answer };
}

export function ackTimer({ tag }: HttpSession, delaySeconds: number): TimerRequest {
  return { kind: "http session", session: tag, delaySeconds };
}

/** Sent in any case: a branch that already has its response ignores it. */
async function refusedBy(
  session: HttpSession,
  { reply, url }: Extract<EndpointAnswer, { kind: "refused" }>,
  invite: SipRequest,
  world: World,
): Promise<Outcome> {
  const refusing = await answerThroughProxy(invite, reply, session.tag, session.aor, world);
  if (url === undefined) return { ...refusing, changes: [...(await over(session, world)), ...refusing.changes] };
  const ending = await endSession({ ...session, url }, world);
  return {
    ...refusing,
    changes: [...ending.changes, ...refusing.changes],
    timers: [...ending.timers, ...refusing.timers],
    effects: [...refusing.effects, ...ending.effects],
  };
}

/** 404 and 410: the endpoint has noticed itself that the caller is gone, as Janus does in a third of the calls. */
async function ended(session: HttpSession, result: HttpResult, world: World): Promise<Outcome> {
  const isDone =
    result.kind === "answered" &&
    ((result.status >= 200 && result.status < 300) || result.status === 404 || result.status === 410);
  if (isDone) return { ...nothing("http-session-over"), changes: await over(session, world) };
  return nothing("http-end-failed", result.kind === "failed" ? result.why : `HTTP ${result.status}`);
}
