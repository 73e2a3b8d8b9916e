// SUBSCRIBE (RFC 6665 §4.2.1): creates, refreshes, fetches and ends a subscription to an AOR's state. One to a device (a
// GRUU), to another domain, or within a dialog between phones goes to its addressee, which may be the notifier of any
// package.
import type { Authenticated } from "../auth/authenticate.ts";
import { authenticated } from "../auth/authenticated.ts";
import { mayUseFrom } from "../auth/from.ts";
import { type Outcome, send, type TimerRequest } from "../outcome.ts";
import { EVENT_ROW_SECONDS, MAX_DIALOG, subscriptionExpiry } from "../policy/events.ts";
import { MAX_CALL_ID } from "../policy/sizes.ts";
import { proxyRequest } from "../proxy/proxy.ts";
import { refuseHop } from "../proxy/validate-request.ts";
import { type Change, registrationChange } from "../state/change.ts";
import type { Registration } from "../state/registration.ts";
import { type Counted, reportsOf, resourceOf, type ResourceState } from "../state/resource-state.ts";
import {
  liveFlow,
  liveSubscription,
  registrationOf,
  resourceStateOf,
  type Snapshot,
  subscriberOf,
} from "../state/snapshot.ts";
import type { Subscriber } from "../state/subscriber.ts";
import { type Subscription, subscriptionKey } from "../state/subscription.ts";
import type { Aor } from "../syntax/aor.ts";
import { field, header, headers, type SipRequest } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refuseExtensions } from "../uas/option-tags.ts";
import { type Reply, refusal, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { addressedAor } from "../proxy/addressed-aor.ts";
import { type Current, currentState } from "./current-state.ts";
import { notify } from "./notify.ts";
import { allowEvents, type EventOf, eventOf, isAccepted } from "./packages.ts";
import { isSilent, NO_PART, rejectSome, resourceChanged, together, withLook } from "./resource-changed.ts";
import { dialogOf, subscriptionId } from "./subscription-dialog.ts";
import { mayWatch } from "./watch-policy.ts";
import { type Room, roomFor } from "./watcher-limits.ts";
import { readLifetime, refuseAuthenticated } from "./request.ts";

export async function subscribe(incoming: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const aor = addressedAor(incoming, world);
  if (aor === undefined) return proxyRequest(incoming, world);
  const { essentials } = incoming;
  const read = readSubscribe(incoming, world);
  if (!read.ok) return refuseAuthenticated(incoming, read.reply, world);
  const { event, seconds } = read;
  const resource = resourceOf(event.eventPackage.event, aor);
  const localTag = essentials.toTag ?? answerTag(incoming, world.keys);
  const id = subscriptionId(essentials, localTag, event.eventId);
  return authenticated(incoming, world, {
    role: "proxy",
    reads: {
      registrations: [aor],
      subscribers: [aor],
      resourceStates: [resource],
      subscriptions: [subscriptionKey({ resource, id })],
    },
    recordsFlow: true,
    decide: (sender, snapshot) =>
      subscribed({ incoming, aor, event, seconds, resource, id, localTag, sender }, snapshot, world),
  });
}

type ReadSubscribe =
  | { readonly ok: true; readonly event: EventOf; readonly seconds: number }
  | { readonly ok: false; readonly reply: Reply };

function readSubscribe(incoming: Incoming<SipRequest>, { settings }: Pick<World, "settings">): ReadSubscribe {
  const { message: request, essentials } = incoming;
  const refused = (reply: Reply): ReadSubscribe => ({ ok: false, reply });
  const unfit = refuseHop(request, essentials) ?? refuseExtensions(request, "require");
  if (unfit !== undefined) return refused(unfit);
  const event = eventOf(request, settings);
  if (event === undefined)
    return refused(refusal("bad-event", { fields: [field("Allow-Events", allowEvents(settings))] }));
  if (!isAccepted(request, event.eventPackage)) return refused(refusal("not-acceptable"));
  const lifetime = readLifetime(request, subscriptionExpiry);
  if (!lifetime.ok) return lifetime;
  const badDialog = refuseDialog(incoming);
  return badDialog === undefined ? { ok: true, event, seconds: lifetime.seconds } : refused(badDialog);
}

/** RFC 3261 §8.1.1.8, §12.1.1: the Contact is where NOTIFYs go, and the tags name the dialog. */
function refuseDialog({ message, essentials }: Incoming<SipRequest>): Reply | undefined {
  if (essentials.fromTag === undefined) return refusal("no-from-tag");
  if (essentials.callId.length > MAX_CALL_ID) return refusal("call-id-too-long");
  const contact = parseNameAddr(header(message, "contact") ?? "");
  if (contact === undefined) return refusal("malformed-contact");
  const kept = [
    ...headers(message, "record-route"),
    header(message, "event"),
    header(message, "from"),
    header(message, "to"),
  ];
  return [contact.address, ...kept].join("").length > MAX_DIALOG ? refusal("contact-too-long") : undefined;
}

interface Subscribing {
  readonly incoming: Incoming<SipRequest>;
  readonly aor: Aor;
  readonly event: EventOf;
  /** 0 to fetch the state, or to end the subscription. */
  readonly seconds: number;
  readonly resource: string;
  readonly id: string;
  readonly localTag: string;
  readonly sender: Authenticated;
}

async function subscribed(subscribing: Subscribing, snapshot: Snapshot, world: World): Promise<Outcome> {
  const { incoming, aor, event, seconds, resource, id, localTag, sender } = subscribing;
  const { essentials, flow } = incoming;
  const refuse = (reply: Reply) => answerStateless(incoming, reply, world);
  if (!mayUseFrom(sender.aor, essentials.from.uri, world)) return refuse(refusal("from-not-own"));

  const known = liveSubscription(snapshot, { resource, id }, world.now);
  if (
    essentials.toTag !== undefined &&
    (known === undefined || known.watcher.aor !== sender.aor || isSilent(known, world.now))
  ) {
    return refuse(refusal("no-subscription"));
  }
  if (known !== undefined && essentials.cseq.number < known.cseq) return refuse(refusal("cseq-lower")); // RFC 3261 §12.2.2
  const registration = registrationOf(snapshot, aor);
  const stored = resourceStateOf(snapshot, resource);
  const owner = subscriberOf(snapshot, aor);
  if (!mayWatch(sender.aor, aor, event.eventPackage, owner)) {
    const refused = refuse(refusal("may-not-watch"));
    const part = rejectSome(known === undefined ? [] : [known], stored, world);
    return { ...refused, ...together(refused, part) };
  }
  const room: Room = known === undefined && seconds > 0 ? await roomFor(sender.aor, stored, world) : { kind: "room" };
  if (room.kind === "full") return { ...refuse(room.reply), changes: room.changes };
  const { state, marks } = await currentState(stored, registration, event.eventPackage, owner, world);
  const instance = liveFlow(snapshot, flow, world.now)?.instance;
  const watcher = { flow, aor: sender.aor, ...(instance !== undefined && { instance }) };
  const dialog = dialogOf(incoming, localTag, event.eventId);
  const next: Subscription = {
    resource,
    id,
    version: known?.version ?? 0,
    watcher,
    ...dialog,
    base: known?.base ?? reportsOf(state),
    extra: known === undefined ? 0 : known.extra + 1,
    expiresAt: world.now + seconds,
  };
  const fields = [
    ...headers(incoming.message, "record-route").map((route) => field("Record-Route", route)),
    field("Contact", `<${aor}>`),
    field("Expires", seconds),
  ];
  const ok = send({ flow }, respond(incoming.message, { status: 200, fields }, localTag));
  return seconds === 0
    ? ended(subscribing, next, known, { state, owner }, ok, world)
    : kept(subscribing, next, known, { stored, state, marks, registration, owner, counted: room.counted }, ok, world);
}

/** §4.1.2.3: one NOTIFY with the state as it is, and no other after it. A fetch (§4.4.3) stores nothing. */
function ended(
  { event: { eventPackage }, resource, id }: Subscribing,
  next: Subscription,
  known: Subscription | undefined,
  { state, owner }: Pick<Known, "state" | "owner">,
  ok: ReturnType<typeof send>,
  world: World,
): Outcome {
  const last = notify(next, { eventPackage, state, owner, ending: "timeout" }, world);
  const over: readonly Change[] = known === undefined ? [] : [{ kind: "subscription over", resource, id }];
  return { changes: over, timers: [], effects: [ok, last] };
}

/** The state that was read, and the one that registration and calls make of it. */
interface Known extends Current {
  readonly stored: ResourceState;
  readonly registration: Registration;
  readonly owner: Subscriber | undefined;
  readonly counted: Counted | undefined;
}

/**
 * The 200 and then the first NOTIFY: JsSIP answers a NOTIFY before the 200 with 481. The last message for the flow is the
 * function's return value, which arrives after the 200 that was posted (`lib/signaling/emit.ts`).
 */
async function kept(
  { incoming: { essentials }, event: { eventPackage }, resource, id }: Subscribing,
  subscription: Subscription,
  known: Subscription | undefined,
  { stored, state, marks, registration, owner, counted }: Known,
  ok: ReturnType<typeof send>,
  world: World,
): Promise<Outcome> {
  const { event } = eventPackage;
  const isWatched = registration.watched?.includes(event) === true;
  const isChanged = state.version === 0 || state !== stored;
  // Other watchers have missed the change if a process ended before it notified them.
  const expiresAt = Math.max(state.expiresAt, subscription.expiresAt + EVENT_ROW_SECONDS);
  // One that an earlier attempt has stored before it met a conflict is not counted yet.
  const isNewWatcher = known === undefined || (world.isRetry && essentials.toTag === undefined);
  const watchers = (counted?.watchers ?? state.watchers ?? 0) + (isNewWatcher ? 1 : 0);
  const others =
    isChanged && isWatched
      ? await resourceChanged({ ...state, expiresAt, watchers }, registration, world, { owner, except: id })
      : undefined;
  const looked = withLook(state, registration, world);
  const reported = others?.state ?? (isChanged ? { ...state, version: state.version + 1 } : state);
  const put: Change = isChanged
    ? { kind: "resource state", state: { ...looked.state, expiresAt, watchers } }
    : {
        kind: "resource joined",
        resource,
        version: state.version,
        expiresAt,
        ...(looked.isSet && { timerAt: looked.state.timerAt ?? 0, timerLinks: 0 }),
        ...(isNewWatcher && { isNewWatcher }),
        ...(counted && { counted }),
      };
  const base = known === undefined ? reportsOf(reported) : subscription.base;
  const isInitial = essentials.toTag === undefined;
  // The report of a change that this SUBSCRIBE has found counts its NOTIFY already.
  const isCounted = known !== undefined && reportsOf(reported) > reportsOf(stored);
  const extra = subscription.extra - (isCounted ? 1 : 0);
  const row = { ...subscription, base, extra, unansweredSince: world.now, ...(isInitial && { isNew: true as const }) };
  const watched = [...(registration.watched ?? []), event];
  const marked: readonly Change[] = isWatched
    ? []
    : [...marks, registrationChange({ ...registration, watched }, registration.bindings, world.now)];
  const first = notify(row, { eventPackage, state: reported, owner, attempt: isInitial ? "first" : "marked" }, world);
  const own = { changes: [put], timers: looked.timers, effects: [] };
  return together({ ...NO_PART, changes: [...marked, { kind: "subscription", subscription: row }] }, others ?? own, {
    ...NO_PART,
    timers: [expiryTimer(row, world)],
    effects: [ok, first],
  });
}

/**
 * Each SUBSCRIBE sets a timer of its own, and that of an earlier one finds itself stale: a timer that went on with each
 * refresh would be a chain without end, which Lambda cuts (`policy/platform.ts`).
 */
function expiryTimer({ resource, id, expiresAt }: Subscription, { now, platform }: World): TimerRequest {
  const delaySeconds = Math.min(expiresAt - now + 1, platform.longestTimerSeconds);
  return { kind: "subscription", resource, subscription: id, expiresAt, delaySeconds };
}
