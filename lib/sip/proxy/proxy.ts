// The proxy (RFC 3261 §16), in the order of its sections. Stateful where a fork, a CANCEL or a timer needs it; the rest
// is forwarded without state (§16.11).
import { mayUseFrom } from "../auth/from.ts";
import { answerRefused, identify, type Identity } from "../auth/authenticate.ts";
import { withLogin } from "../auth/login.ts";
import { presented, whatToRead, withoutOurCredentials } from "../auth/credentials.ts";
import { type Aor, isOurDomain } from "../syntax/aor.ts";
import { calledByContact } from "../location/contact-address.ts";
import { redirection } from "../redirect/redirect.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { supported, unsupportedExtensions } from "../uas/option-tags.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import type { SipUri } from "../syntax/uri.ts";
import { answerTag, matchingKey, transactionId } from "../transaction/transaction-id.ts";
import { inviteServer } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteServer } from "../transaction/non-invite-server.ts";
import type { Arrival } from "../transport/incoming.ts";
import type { End } from "../transport/endpoint.ts";
import { answerIceServers, asksForIceServers } from "../turn/ice-servers.ts";
import { nothing, type Outcome, type Seen, type Send, sendOnly, type World } from "../world.ts";
import { withAssertedIdentity } from "./asserted-identity.ts";
import { determineTargets, startFor, type Targets } from "./determine-targets.ts";
import { withDiversions } from "./diversion.ts";
import { isLooping } from "./loop-detection.ts";
import { maxBreadth } from "./max-breadth.ts";
import { type Party, partyOf } from "../location/called-party.ts";
import { preprocessRoute } from "./preprocess-route.ts";
import { processCancel } from "./process-cancel.ts";
import {
  answer,
  finalAgain,
  isInvite,
  MAX_KEPT,
  MAX_REMEMBERED,
  openContext,
  type Opening,
  provisionalAgain,
  type ResponseContext,
} from "./response-context.ts";
import { endOf } from "./sender.ts";
import { startGroup } from "./start-group.ts";
import { forwardInDialog, forwardToOne } from "./stateless.ts";
import { validateRequest } from "./validate-request.ts";

export async function proxyRequest(arrival: Arrival<SipRequest>, world: World): Promise<Outcome> {
  const { flow, essentials } = arrival;

  const valid = validateRequest(arrival.message, essentials); // §16.3
  if (!valid.ok) return answerStateless(arrival, valid.refusal, world);

  const routed = preprocessRoute(arrival.message, essentials.toTag !== undefined, world); // §16.4
  if (routed.kind === "refused") return answerStateless(arrival, routed.refusal, world);
  const { request } = routed;
  const onward = { ...arrival, message: request };
  if (routed.kind === "in dialog") return forwardInDialog(onward, routed.dialog, routed.token, world); // §16.11

  if (request.method === "ACK") return nothing("ACK for a refusal ends here"); // §17.1.1.3
  if (request.method === "CANCEL") return processCancel(onward, world); // §16.10
  // Every dialog through us has our Record-Route: without it this is none, or somebody who overheard its tags.
  if (essentials.toTag !== undefined) return answerStateless(arrival, { status: 481 }, world);
  if (WITHIN_DIALOGS.has(request.method)) return answerStateless(arrival, { status: 481 }, world);

  const id = transactionId(onward, request.method);
  if (isLooping(onward, id, world)) return answerStateless(arrival, { status: 482 }, world); // §16.3 step 4
  if (isForOurselves(valid.uri, world)) return answerForOurselves(arrival, world);
  const party = partyOf(valid.uri, request.uri, world) ?? (await calledByContact(valid.uri, world)); // §16.5
  if (party === undefined)
    return answerStateless(arrival, { status: isOurDomain(valid.uri, world.settings.domains) ? 404 : 403 }, world);

  const shown = presented("proxy", arrival, world);
  const { subscribers = [], failures } = whatToRead(shown, arrival);
  const seen = await world.look({
    flow,
    registration: party.aor,
    subscribers: [party.aor, ...subscribers],
    ...(failures && { failures }),
    ...(world.isRetry && { context: id }),
  });
  if (seen.context !== undefined && seen.context.expiresAt > world.now) {
    return meetAgain(onward, seen.flow?.identity, seen.context, world);
  }

  const who = await identify("proxy", arrival, shown, seen, world); // §16.3 step 6, §22.3
  if (who.kind === "refusal") return answerRefused(arrival, who, world);
  const delivered = await deliver(onward, { id, party, who }, seen, world);
  return withLogin(delivered, flow, who, seen.flow, world);
}

/**
 * Methods that are nothing outside of a dialog (§15, RFC 3262 §3). They pass where a flow's other requests are turned away
 * (`limits/rate-limiter.ts`), so they must not cost what those cost.
 */
const WITHIN_DIALOGS = new Set(["BYE", "PRACK"]);

/** What is known by now: the transaction, whom the request is for, whom it is from. */
interface Delivery {
  readonly id: string;
  readonly party: Party;
  readonly who: Identity;
}

async function deliver(
  arrival: Arrival<SipRequest>,
  { id, party, who }: Delivery,
  seen: Seen,
  world: World,
): Promise<Outcome> {
  const { message: request, flow, essentials } = arrival;
  if (!mayUseFrom(who.identity, essentials.from.uri, world)) return answerStateless(arrival, { status: 403 }, world);

  const found = await determineTargets(party, seen, world, startFor(request)); // §16.5
  if (found.kind !== "ring" && request.method === "INVITE") {
    // §17.2.1: one that was taken on while there were targets still has its own answer.
    const { context } = await world.look({ context: id });
    if (context !== undefined && context.expiresAt > world.now) return meetAgain(arrival, who.identity, context, world);
  }
  if (found.kind === "refused") return answerStateless(arrival, found.refusal, world);
  if (found.kind === "redirect") {
    return answerStateless(arrival, redirection(found.status, found.contacts, found.diversions), world); // §8.3
  }
  if (maxBreadth(request) === 0) return answerStateless(arrival, { status: 440 }, world);

  const caller = { ...endOf(flow, seen.flow, world.now), aor: who.identity };
  const asserted = withAssertedIdentity(withoutOurCredentials(request, world), who.identity, world);
  const diverted = { ...arrival, message: withDiversions(asserted, found.diversions) };
  const [only] = found.targets;
  return request.method !== "INVITE" && found.targets.length === 1 && only !== undefined
    ? forwardToOne(diverted, caller, only, world) // §16.11
    : takeOn(diverted, id, caller, found, seen.context?.version ?? 0, world);
}

/** §16.2: the stateful half. A response context, the first group of targets, and a 100 for who waits. */
function takeOn(
  arrival: Arrival<SipRequest>,
  id: string,
  caller: End,
  { targets, ringSeconds, contingency }: Extract<Targets, { kind: "ring" }>,
  version: number,
  world: World,
): Outcome {
  const { message: request, essentials } = arrival;
  const opening: Opening = {
    id,
    matchingKey: matchingKey(arrival),
    version,
    caller,
    toTag: answerTag(arrival, world.keys),
    waiting: targets,
    message: serialize(request),
    ...(contingency && { contingency }),
    ...(ringSeconds !== undefined && { answerBy: world.now + ringSeconds }),
    ringSeconds: world.settings.ringSeconds,
    now: world.now,
  };
  const context = openContext(opening, request);
  if (context.request.length > MAX_REMEMBERED) return answerStateless(arrival, { status: 513 }, world);
  // §16.2: 100 at once for an INVITE; for others RFC 4320 §4.1 forbids it.
  const trying: Send[] = request.method === "INVITE" ? [{ to: caller, message: answer(context, 100) }] : [];
  const begun = startGroup({ context, sends: trying, timers: [] }, { request, essentials }, world);
  const kept = begun.context.message?.length ?? 0;
  if (kept > MAX_KEPT) return answerStateless(arrival, { status: 513 }, world);
  return { changes: [{ kind: "context", context: begun.context }], timers: begun.timers, sends: begun.sends };
}

/** The same Call-ID, From tag, CSeq and Request-URI once more: a repetition, or the same request by another way. */
function meetAgain(
  arrival: Arrival<SipRequest>,
  sender: Aor | undefined,
  context: ResponseContext,
  world: World,
): Outcome {
  const { flow, identity = sender } = arrival;
  const { caller } = context;
  // Its callee has seen it whole and could send a copy: the caller hears nothing of that.
  const isFromCaller = caller.flow === flow || (identity !== undefined && caller.aor === identity);
  if (isFromCaller && context.matchingKey === matchingKey(arrival)) return repeatAnswer(context);
  return answerStateless(arrival, { status: 482, reason: "Merged Request" }, world); // §8.2.2.2
}

/** §17.2.1, §17.2.2: a request we have already taken on. */
function repeatAnswer(context: ResponseContext): Outcome {
  const again = step(isInvite(context) ? inviteServer : nonInviteServer, context.state, "request again");
  if (again?.actions.includes("resend final")) return sendOnly(...finalAgain(context));
  if (again?.actions.includes("resend provisional")) return sendOnly(provisionalAgain(context));
  return nothing("request repeated");
}

function isForOurselves(uri: SipUri, world: World): boolean {
  return uri.user === undefined && isOurDomain(uri, world.settings.domains);
}

/** A request to the domain itself: §11.2 for OPTIONS; nobody here takes anything else. */
function answerForOurselves(arrival: Arrival<SipRequest>, world: World): Outcome | Promise<Outcome> {
  if (arrival.message.method !== "OPTIONS") return answerStateless(arrival, { status: 404 }, world);
  const unsupported = unsupportedExtensions(arrival.message, "require"); // §8.2.2.3
  if (unsupported !== undefined) return answerStateless(arrival, unsupported, world);
  if (world.turn && asksForIceServers(arrival.message)) return answerIceServers(arrival, world.turn, world);
  // No Allow: a proxy carries any method.
  const fields = [field("Accept", "*/*"), field("Supported", [...supported].join(", "))];
  return answerStateless(arrival, { status: 200, fields }, world);
}
