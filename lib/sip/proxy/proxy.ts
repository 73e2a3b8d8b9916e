// The proxy (RFC 3261 §16), in the order of its sections. It is stateful where a fork, a CANCEL or a timer needs it; other
// requests are forwarded without state (§16.11).
import type { Authenticated } from "../auth/authenticate.ts";
import { authenticated } from "../auth/authenticated.ts";
import { withoutOurCredentials } from "../auth/credentials.ts";
import { mayUseFrom } from "../auth/from.ts";
import { type CalledParty, calledParty } from "../location/called-party.ts";
import { calledByContact } from "../location/contact-address.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { redirection } from "../redirect/redirect.ts";
import { liveContext, liveFlow, type Snapshot, storedContext } from "../state/snapshot.ts";
import { isOurDomain } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import { transactionId } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { withAssertedIdentity } from "./asserted-identity.ts";
import { determineTargets, searchFor } from "./determine-targets.ts";
import { diversionValue, withDiversions } from "./diversion.ts";
import { withForwardings } from "./history-info.ts";
import { answerForDomain, isForDomain } from "./domain-request.ts";
import { keepForAbsent } from "./absent.ts";
import { isLooping } from "./loop-detection.ts";
import { maxBreadth } from "./max-breadth.ts";
import { preprocessRoute } from "./preprocess-route.ts";
import { processCancel } from "./process-cancel.ts";
import { answerRepeatedRequest } from "./repeated-request.ts";
import { sendersOf } from "./response-context.ts";
import { forwardInDialog, forwardToOne } from "./stateless.ts";
import { takeOn } from "./take-on.ts";
import { readRequestUri, refuseHop } from "./validate-request.ts";

export async function proxyRequest(received: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const { essentials } = received;
  const refuse = (why: Parameters<typeof refusal>[0]) => answerStateless(received, refusal(why), world);

  const unfit = refuseHop(received.message, essentials); // §16.3 steps 3 and 5
  if (unfit !== undefined) return answerStateless(received, unfit, world);

  const routed = preprocessRoute(received.message, essentials, world); // §16.4
  if (routed.kind === "refused") return refuse(routed.why);
  if (routed.kind === "in dialog") {
    return forwardInDialog({ ...received, message: routed.request }, routed.token, routed.sealed, world); // §16.11
  }

  const read = readRequestUri(routed.request); // §16.3 steps 1 and 2
  if (!read.ok) return refuse(read.why);
  const { uri, request } = read;
  const incoming = { ...received, message: request };
  const { method } = request;
  if (method === "ACK") return nothing("ack-for-refusal"); // §17.1.1.3
  if (method === "CANCEL") return processCancel(incoming, world); // §16.10
  // Every dialog through this server has its Record-Route, so a request without the Route is in no dialog of it.
  if (essentials.toTag !== undefined || WITHIN_DIALOGS.has(method)) return refuse("no-dialog");

  const id = transactionId(incoming, method);
  if (isLooping(incoming, id, world)) return refuse("loop"); // §16.3 step 4
  if (isForDomain(uri, world)) return answerForDomain(received, world);
  const party = calledParty(uri, request.uri, world) ?? (await calledByContact(uri, world)); // §16.5
  if (party === undefined) return refuse(isOurDomain(uri, world.settings.domains) ? "no-address" : "foreign-domain");

  // §16.3 step 6, §22.3
  return authenticated(received, world, {
    role: "proxy",
    reads: {
      registrations: [party.aor],
      subscribers: [party.aor],
      ...(world.isRetry && { contexts: [id] }),
    },
    recordsFlow: true,
    before: (snapshot) => {
      const context = liveContext(snapshot, id, world.now);
      return (
        context &&
        answerRepeatedRequest(incoming, liveFlow(snapshot, incoming.flow, world.now)?.identity, context, world)
      );
    },
    decide: (sender, snapshot) => deliver({ incoming, id, party, sender }, snapshot, world),
  });
}

/**
 * Methods that exist only within dialogs (§15, RFC 3262 §3). They pass the limits that other requests of a flow are
 * rejected by (`limits/rate-limiter.ts`), so refusing them must cost no read.
 */
const WITHIN_DIALOGS = new Set(["BYE", "PRACK"]);

/** A valid request of an authenticated sender for a known addressee. */
interface Delivery {
  readonly incoming: Incoming<SipRequest>;
  readonly id: string;
  readonly party: CalledParty;
  readonly sender: Authenticated;
}

async function deliver({ incoming, id, party, sender }: Delivery, snapshot: Snapshot, world: World): Promise<Outcome> {
  const { message: request, flow, essentials } = incoming;
  if (!mayUseFrom(sender.aor, essentials.from.uri, world)) {
    return answerStateless(incoming, refusal("from-not-own"), world);
  }

  const found = await determineTargets(
    party,
    snapshot,
    world,
    searchFor(request, sendersOf(sender.aor, essentials.from.uri)),
  ); // §16.5
  if (found.kind !== "ring" && request.method === "INVITE") {
    // §17.2.1: an INVITE that was taken on while there were targets keeps its own response.
    const context = liveContext(await world.read({ contexts: [id] }), id, world.now);
    if (context !== undefined) return answerRepeatedRequest(incoming, sender.aor, context, world);
  }
  const asserted = withAssertedIdentity(withoutOurCredentials(request, world), sender.aor, world);
  const kept =
    found.kind === "redirect"
      ? undefined
      : keepForAbsent({ ...incoming, message: asserted }, sender.aor, found.absent, world);
  if (found.kind === "refused") return kept ?? answerStateless(incoming, refusal(found.why), world);
  if (found.kind === "redirect") {
    return answerStateless(
      incoming,
      redirection(found.status, found.contacts, found.diversions.map(diversionValue)),
      world,
    ); // §8.3
  }
  if (maxBreadth(request) === 0) return answerStateless(incoming, refusal("max-breadth"), world);

  const instance = liveFlow(snapshot, flow, world.now)?.instance;
  const caller = { flow, aor: sender.aor, ...(instance !== undefined && { instance }) };
  const forwarded = withForwardings(withDiversions(asserted, found.diversions), found.diversions, 0);
  const diverted = { ...incoming, message: forwarded };
  const [only] = found.targets;
  const outcome =
    request.method !== "INVITE" && found.targets.length === 1 && only !== undefined
      ? forwardToOne(diverted, caller, only, world) // §16.11
      : takeOn(diverted, { id, version: storedContext(snapshot, id)?.version ?? 0, caller }, found, world);
  if (kept === undefined || outcome.reason !== undefined) return outcome; // the sender of a refused request sends it again
  const pushes = kept.effects.filter(({ kind }) => kind === "push");
  return { ...outcome, changes: [...outcome.changes, ...kept.changes], effects: [...outcome.effects, ...pushes] };
}
