// Requests within the dialog of an HTTP callee (RFC 3261 §12.2.2): ACK, BYE, further offers, OPTIONS.
import { nothing, type Outcome } from "../outcome.ts";
import type { HttpSession } from "../state/http-session.ts";
import type { Aor } from "../syntax/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { field, header, type SipRequest } from "../syntax/message.ts";
import { isSdp } from "../syntax/sdp.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { cancelled } from "./cancel.ts";
import { endSession } from "./end-session.ts";
import { answerAsOffer, furtherAnswer } from "./further-answer.ts";
import { ufragIn } from "./invite.ts";
import { restartRequest } from "./restart.ts";
import { readSession, stored } from "./session-records.ts";
import { allow, answerThroughProxy, inDialogWith, sdpType } from "./through-proxy.ts";

/** The reply to a method outside of dialogs, or one within that changes nothing. */
export function plainReply(method: string): Reply {
  if (method === "OPTIONS") return { status: 200, fields: [allow, field("Accept", "application/sdp")] }; // §11.2
  return refusal("http-method", { fields: [allow] }); // §8.2.1
}

export async function receivedInDialog(
  request: SipRequest,
  essentials: Essentials,
  aor: Aor,
  world: World,
): Promise<Outcome> {
  const { toTag = "", callId } = essentials;
  const session = await readSession(toTag, world);
  const isOurs = session?.callId === callId;
  const answer = (reply: Reply) => answerThroughProxy(request, reply, toTag, aor, world);
  if (request.method === "ACK") return isOurs ? acknowledged(session) : nothing("ack-for-refusal");
  if (!isOurs) return answer(refusal("http-no-dialog")); // §12.2.2
  if (request.method === "BYE") return hungUp(request, session, world);
  if (request.method !== "INVITE" && request.method !== "UPDATE") return answer(plainReply(request.method));
  if (session.state !== "open") return answer(refusal("http-no-dialog"));
  return offered(request, essentials, session, world);
}

function acknowledged(session: HttpSession): Outcome {
  if (session.answeredAt === undefined) return nothing("ack-for-refusal");
  const isNew = session.state === "open" && session.isAcked !== true;
  return { ...nothing("http-acknowledged"), changes: isNew ? [stored({ ...session, isAcked: true })] : [] };
}

/** §15.1.2. The phone gets its 200 before the endpoint gets the end of the session. A repeated BYE is answered again. */
async function hungUp(request: SipRequest, session: HttpSession, world: World): Promise<Outcome> {
  const { tag, aor, state } = session;
  const answered = await answerThroughProxy(request, { status: 200 }, tag, aor, world);
  if (state === "asked") {
    const rejected = await cancelled({ context: session.context, index: session.index }, aor, world);
    return { ...rejected, effects: [...answered.effects, ...rejected.effects] };
  }
  if (state !== "open") return { ...answered, reason: { code: "http-session-over" } };
  const ending = await endSession(session, world);
  // The timer that sends the end again is set: by the decision that sent the BYE, and that of a later answer's ACK.
  return { ...ending, timers: [], effects: [...answered.effects, ...ending.effects] };
}

/** §14.2: re-INVITE, and UPDATE (RFC 3311 §5.2). */
async function offered(
  request: SipRequest,
  { cseq }: Essentials,
  session: HttpSession,
  world: World,
): Promise<Outcome> {
  const { tag, aor, answer = "", offer } = session;
  const say = (reply: Reply) => answerThroughProxy(request, reply, tag, aor, world);
  if (request.body === "" && request.method === "UPDATE")
    return say({ status: 200, fields: inDialogWith(request, aor) });
  if (request.body !== "" && !isSdp(header(request, "content-type"))) {
    return say(refusal("http-content-type", { fields: [field("Accept", "application/sdp")] }));
  }
  if (offer !== undefined && cseq.number < offer.cseq) return say(refusal("http-cseq-out-of-order")); // §12.2.2
  const isRepeated = offer?.cseq === cseq.number;
  const count = (offer?.count ?? 0) + (isRepeated ? 0 : 1);
  const further = request.body === "" ? answerAsOffer(answer, count) : furtherAnswer(answer, request.body, count);
  if (further === undefined) return say(refusal("http-offer-unusable"));

  const ufrag = ufragIn(request.body);
  const isRestart = session.ice !== undefined && ufrag !== undefined && ufrag !== session.ice.ufrag;
  const next: HttpSession = { ...session, offer: { cseq: cseq.number, count } };
  const changes = isRepeated ? [] : [stored(next)];
  if (isRestart)
    return { changes, timers: [], effects: [restartRequest(next, request)], reason: { code: "http-ice-restart" } };
  const answered = await say({ status: 200, fields: [...inDialogWith(request, aor), sdpType], body: further });
  return { ...answered, changes: [...changes, ...answered.changes], reason: { code: "http-offer-answered" } };
}
