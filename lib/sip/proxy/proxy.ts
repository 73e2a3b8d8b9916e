// The proxy (RFC 3261 §16), in the order of its sections. Stateful where a fork, a CANCEL or a timer needs it; the rest
// is forwarded without state (§16.11).
import { claimedAor, credentialsFor, identify } from "../auth/identify.ts";
import { mayUseFrom } from "../auth/from.ts";
import { type Aor, aorOf, isOurDomain } from "../location/aor.ts";
import { refuse } from "../refuse.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { answerTag, transactionId } from "../transaction/transaction-id.ts";
import { inviteServer } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteServer } from "../transaction/non-invite-server.ts";
import type { Arrival } from "../transport/arrival.ts";
import { toDialogToken } from "../transport/dialog-token.ts";
import type { End } from "../transport/end.ts";
import { type Change, type FlowRecord, nothing, type Outcome, type Send, sendOnly, type World } from "../world.ts";
import { viaOfBranch } from "./branch.ts";
import { determineTargets, type Target } from "./determine-targets.ts";
import { forwardRequest, recordRoute } from "./forward-request.ts";
import { preprocessRoute } from "./preprocess-route.ts";
import { processCancel } from "./process-cancel.ts";
import { answer, finalAgain, openContext, type ResponseContext } from "./response-context.ts";
import { endOf } from "./sender.ts";
import { forwardInDialog, forwardToOne } from "./stateless.ts";
import { firstDelay } from "./timer.ts";
import { validateRequest } from "./validate-request.ts";

export async function proxyRequest(arrival: Arrival<SipRequest>, world: World): Promise<Outcome> {
  const { flow, essentials } = arrival;

  const valid = validateRequest(arrival.message, essentials); // §16.3
  if (!valid.ok) return refuse(arrival, valid.refusal, world);

  const routed = preprocessRoute(arrival.message, world); // §16.4
  if (routed.kind === "refused") return refuse(arrival, routed.refusal, world);
  const { request } = routed;
  const onward = { ...arrival, message: request };
  if (routed.kind === "in dialog") return forwardInDialog(onward, routed.dialog, routed.token, world); // §16.11

  if (request.method === "ACK") return nothing("ACK for a refusal ends here"); // §17.1.1.3
  if (request.method === "CANCEL") return processCancel(onward, world); // §16.10

  // §16.5: a flow leads to our own users only. No open relay.
  if (!isOurDomain(valid.uri, world.settings.domains)) return refuse(arrival, { status: 403 }, world);
  const called = aorOf(valid.uri);
  if (called === undefined) return answerForOurselves(onward, world);

  const credentials = credentialsFor("proxy", request, world);
  const id = transactionId(essentials, request.method);
  const seen = await world.look({
    flow,
    registration: called,
    subscribers: credentials ? [called, claimedAor(credentials)] : [called],
    ...(world.isRetry && { context: id }),
  });
  if (seen.context !== undefined) return answerAgain(seen.context);

  const who = identify("proxy", request, credentials, flow, seen, world); // §16.3 step 6, §22.3
  if (who.kind === "refusal") return refuse(arrival, who.refusal, world);
  if (!mayUseFrom(who.identity, essentials.from.uri)) return refuse(arrival, { status: 403 }, world);

  const found = determineTargets(called, seen, world); // §16.5
  if (!found.ok) return refuse(arrival, found.refusal, world);

  const caller = who.isNew ? { flow, aor: who.identity } : endOf(flow, seen.flow, world.now);
  const learned: Change[] = who.isNew ? [{ kind: "flow", record: newFlow(flow, who.identity, world.now) }] : [];
  const [only] = found.targets;
  const forwarded =
    request.method !== "INVITE" && found.targets.length === 1 && only !== undefined
      ? forwardToOne(onward, caller, only, world)
      : fork(onward, id, caller, found.targets, world);
  return { ...forwarded, changes: [...forwarded.changes, ...learned] };
}

/** §16.6 for every target at once, §16.7 step 1, and the timer that ends what nobody answers. */
function fork(
  { message: request, essentials }: Arrival<SipRequest>,
  id: string,
  caller: End,
  targets: readonly Target[],
  world: World,
): Outcome {
  const { ringSeconds } = world.settings;
  const opening = { id, caller, toTag: answerTag(essentials, world.keys), ringSeconds, now: world.now };
  const context = openContext(opening, request, targets);

  const branches = targets.map(({ end, uri }, index): Send => {
    const route = recordRoute(request.method, toDialogToken({ caller, callee: end }, world.keys), world);
    const via = viaOfBranch({ context: id, index }, world);
    const message = forwardRequest(request, essentials, { uri, ...(route && { recordRoute: route }), via });
    return { to: end, message, branch: { context: id, index } };
  });
  // §16.2: 100 at once for an INVITE; for others RFC 4320 §4.1 forbids it.
  const trying: Send[] = request.method === "INVITE" ? [{ to: caller, message: answer(context, 100) }] : [];
  return {
    changes: [{ kind: "context", context }],
    timers: [{ context: id, epoch: context.epoch, delaySeconds: firstDelay(ringSeconds) }],
    sends: [...trying, ...branches],
  };
}

/** §17.2.1, §17.2.2: a request we have already taken on. */
function answerAgain(context: ResponseContext): Outcome {
  const isInvite = context.request.startsWith("INVITE ");
  const again = step(isInvite ? inviteServer : nonInviteServer, context.state, "request again");
  if (again?.actions.includes("resend final")) return sendOnly(...finalAgain(context));
  if (again?.actions.includes("resend provisional")) {
    return sendOnly({ to: context.caller, message: answer(context, 100) });
  }
  return nothing("request repeated");
}

/** A request to the domain itself: §11.2 for OPTIONS; nobody here takes anything else. */
function answerForOurselves(arrival: Arrival<SipRequest>, world: World): Outcome {
  if (arrival.message.method !== "OPTIONS") return refuse(arrival, { status: 404 }, world);
  const fields = [
    field(
      "Allow",
      "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, MESSAGE, INFO, UPDATE, PRACK, REFER, SUBSCRIBE, NOTIFY",
    ),
    field("Accept", "*/*"),
  ];
  return refuse(arrival, { status: 200, fields }, world);
}

/** What is known of a flow whose first request brought its credentials along, without a REGISTER. */
function newFlow(flow: string, identity: Aor, now: number): FlowRecord {
  return { flow, identity, bound: [], expiresAt: now + 7200 };
}
