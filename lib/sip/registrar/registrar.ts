// The registrar (RFC 3261 §10.3), step by step.
import type { Authenticated } from "../auth/authenticate.ts";
import { authenticated } from "../auth/authenticated.ts";
import { mayUseFrom } from "../auth/from.ts";
import { send } from "../effect.ts";
import { claimContact } from "../location/contact-address.ts";
import { takeCalls } from "../location/away-calls.ts";
import { keptForPush, withSleeping } from "../location/sleeping-devices.ts";
import { releaseHeld } from "../location/held-requests.ts";
import { deliverWaiting } from "../messaging/deliver-waiting.ts";
import type { Outcome } from "../outcome.ts";
import { realmOf } from "../policy/settings.ts";
import { MAX_CALL_ID } from "../policy/sizes.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { type FlowRecord, flowRecord } from "../state/flow.ts";
import { isLive } from "../state/live.ts";
import { type Binding, deviceOf, rememberedBindings } from "../state/registration.ts";
import { closedFlow, liveFlow, registrationOf, type Snapshot } from "../state/snapshot.ts";
import { type Aor, aorOf, isOurDomain } from "../syntax/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { serializeDate } from "../syntax/date.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refuseExtensions, wants } from "../uas/option-tags.ts";
import { refusal, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { type RegisterRequest, removeAllBindings, type Updated, updateBindings } from "./bindings.ts";
import { contactField } from "./contact-field.ts";
import { readContacts, type WantedContact, type WantedContacts } from "./contact.ts";
import { pathOf, refusePath, registeredFields } from "./outbound.ts";
import { pushFields, refusePush, withoutRemoved } from "./push.ts";
import { supersededFlows } from "./superseded.ts";

export async function register(incoming: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const { message: request, essentials } = incoming;
  const { domains } = world.settings;

  // Step 1: this server does not relay a REGISTER to another domain.
  const requestUri = parseUri(request.uri);
  if (requestUri === undefined) return answerStateless(incoming, refusal("malformed-request-uri"), world);
  if (requestUri.kind !== "sip") return answerStateless(incoming, refusal("unsupported-scheme"), world);
  if (!isOurDomain(requestUri, domains)) return answerStateless(incoming, refusal("register-foreign-domain"), world);

  // Step 2
  const unsupported = refuseExtensions(request, "require");
  if (unsupported !== undefined) return answerStateless(incoming, unsupported, world);

  // Step 5 before 3: the AOR decides what has to be read.
  const { uri: to } = essentials.to;
  if (to.kind !== "sip") return answerStateless(incoming, refusal("to-not-sip"), world);
  const aor = aorOf(to);
  if (aor === undefined || !isOurDomain(to, domains)) return answerStateless(incoming, refusal("no-address"), world);

  const wanted = readContacts(request, world.settings.maxBindings);
  if (wanted.kind === "refused") return answerStateless(incoming, refusal(wanted.why), world);
  if (essentials.callId.length > MAX_CALL_ID) return answerStateless(incoming, refusal("call-id-too-long"), world);
  const contacts = wanted.kind === "update" ? wanted.contacts : [];
  const badPath = refusePath(request, essentials, contacts);
  if (badPath !== undefined) return answerStateless(incoming, badPath, world);
  const badPush = refusePush(contacts, world.settings);
  if (badPush !== undefined) return answerStateless(incoming, refusal(badPush), world);

  // Steps 3 and 4
  return authenticated(incoming, world, {
    role: "registrar",
    reads: { registrations: [aor] },
    recordsFlow: false,
    decide: (sender, snapshot) => update({ incoming, aor, sender, wanted, contacts }, snapshot, world),
  });
}

/** A well-formed REGISTER of an authenticated sender. */
interface Registering {
  readonly incoming: Incoming<SipRequest>;
  readonly aor: Aor;
  readonly sender: Authenticated;
  readonly wanted: Exclude<WantedContacts, { kind: "refused" }>;
  readonly contacts: readonly WantedContact[];
}

async function update(registering: Registering, snapshot: Snapshot, world: World): Promise<Outcome> {
  const { incoming, aor, sender, wanted, contacts } = registering;
  const { message: request, flow, essentials } = incoming;
  if (!mayRegister(sender, aor, essentials, world)) {
    return answerStateless(incoming, refusal("register-for-other"), world);
  }
  if (closedFlow(snapshot, flow) !== undefined) return onClosedFlow(incoming, world);

  // Steps 6 and 7
  const { now, settings } = world;
  const registration = registrationOf(snapshot, aor);
  const old = rememberedBindings(registration.bindings, settings.maxBindings, now);
  const { connectedAt } = incoming;
  const by = {
    flow,
    callId: essentials.callId,
    cseq: essentials.cseq.number,
    path: pathOf(request),
    now,
    ...(connectedAt !== undefined && { connectedAt }),
  };
  const updated: Updated =
    wanted.kind === "update"
      ? updateBindings(old, wanted.contacts, by, settings)
      : wanted.kind === "remove all"
        ? removeAllBindings(old, by)
        : { ok: true, bindings: old };
  if (!updated.ok) return answerStateless(incoming, updated.reply, world);

  // Step 8
  const live = updated.bindings.filter((binding) => isLive(binding, now));
  const withGruus = wants(request, "gruu");
  const fields = [
    ...live.map((binding) => contactField(binding, aor, withGruus, world)),
    ...(wanted.kind === "query" ? [] : registeredFields(request, contacts, realmOf(world), world.platform)),
    ...(await pushFields(aor, contacts, world)),
    field("Date", serializeDate(now)),
  ];
  const ok = respond(request, { status: 200, fields }, answerTag(incoming, world.keys));

  const remembered = rememberedBindings(updated.bindings, settings.maxBindings, now);
  const onFlow = wanted.kind === "query" ? [] : live.filter((binding) => binding.flow === flow);
  const isUnsent = isStored(old, by, world);
  const released = releaseHeld(registration, onFlow, world, isUnsent); // RFC 5626 §4.5
  const superseded = supersededFlows(registration, contacts, by);
  const taken = await takeCalls(registration, onFlow[0], superseded, world);
  const waiting = await deliverWaiting(registration, onFlow[0], remembered, world, isUnsent); // RFC 3428 §7
  const { messages: _before, ...kept } = registration;
  const next = withSleeping(
    withoutRemoved(registration, wanted),
    { ...kept, bindings: updated.bindings, held: released.held, away: taken.away, ...waiting.messages },
    world,
  );
  const stored: readonly Change[] =
    wanted.kind === "query" ? [] : [keptForPush(registrationChange(next, remembered, now), settings)];
  const answer = send({ flow, ...(onFlow.length > 0 && { aor }) }, ok); // the bindings end if it finds the connection gone
  return {
    changes: [
      ...stored,
      ...waiting.changes,
      ...(await flowChanges(registering, { live, calls: taken.calls, withGruus }, snapshot, world)),
    ],
    timers: [...released.timers, ...taken.timers, ...waiting.timers],
    effects: [
      // A connection that closed before its record was stored would keep these calls until their longest time.
      taken.calls.length > 0 ? { ...answer, isPosted: true } : answer,
      ...released.sends,
      ...waiting.sends,
      ...superseded.map((gone) => ({ kind: "close", flow: gone }) as const),
    ],
  };
}

/** RFC 5626 §5.3: a binding would outlive its flow. A client that is there after all connects again. */
function onClosedFlow(incoming: Incoming<SipRequest>, world: World): Outcome {
  const refused = answerStateless(incoming, refusal("register-after-close"), world);
  return { ...refused, effects: [...refused.effects, { kind: "close", flow: incoming.flow }] };
}

/**
 * An earlier decision has stored the bindings of this REGISTER, and a later write of it has met a conflict, such as that of a
 * call that the device joins: the requests that it has taken up were not sent.
 */
function isStored(old: readonly Binding[], by: RegisterRequest, { isRetry }: Pick<World, "isRetry">): boolean {
  return isRetry && old.some(({ flow, callId, cseq }) => flow === by.flow && callId === by.callId && cseq === by.cseq);
}

/** §10.2: a subscriber registers its own address; third-party registrations are refused. */
/* mutant: own AOR */ function mayRegister(
  sender: Authenticated,
  aor: Aor,
  { from }: Essentials,
  world: Pick<World, "settings">,
): boolean {
  return sender.aor === aor && mayUseFrom(sender.aor, from.uri, world);
}

interface Registered {
  readonly live: readonly Binding[];
  /** Calls of the device that go on by this connection. */
  readonly calls: readonly string[];
  readonly withGruus: boolean;
}

/** The flow's record if it changes, and then the owner of a contact that will be used as an address. */
async function flowChanges(
  { incoming, aor, sender }: Registering,
  { live, calls, withGruus }: Registered,
  snapshot: Snapshot,
  world: World,
): Promise<readonly Change[]> {
  const own = live.find((binding) => binding.flow === incoming.flow);
  const record = changedFlow({ flow: incoming.flow, own, calls }, sender, snapshot, world);
  if (record === undefined) return [];
  const isGivenGruu = withGruus && own?.instance !== undefined;
  const claimed = own === undefined || isGivenGruu ? [] : await claimContact(own, aor, record.expiresAt, world);
  return [{ kind: "flow", record }, ...claimed];
}

interface FlowUse {
  readonly flow: string;
  /** The binding that it has in the registration. */
  readonly own: Binding | undefined;
  readonly calls: readonly string[];
}

/**
 * Undefined if the stored record already says it, which saves the write on a refresh. A refresh whose binding is not there
 * writes it nevertheless, because the flow may have closed between the reads of record and binding.
 */
function changedFlow(
  { flow, own, calls }: FlowUse,
  { aor, digest }: Authenticated,
  snapshot: Snapshot,
  { now, platform }: Pick<World, "now" | "platform">,
): FlowRecord | undefined {
  const known = liveFlow(snapshot, flow, now);
  const { bindings, watched } = registrationOf(snapshot, aor);
  const isBound = own === undefined || (known?.bound.includes(aor) && bindings.some((one) => one.flow === flow));
  const instance = own === undefined ? known?.instance : deviceOf(own);
  if (known !== undefined && isBound && instance === known.instance && calls.length === 0) return undefined;

  const bound = new Set(known?.bound);
  if (own !== undefined) bound.add(aor);
  const lastDigest = digest ?? known?.lastDigest;
  const expiresAt = now + platform.longestFlowSeconds;
  return flowRecord(flow, aor, expiresAt, {
    instance,
    bound: [...bound],
    lastDigest,
    calls,
    ...(own && watched && { watched }),
  });
}
