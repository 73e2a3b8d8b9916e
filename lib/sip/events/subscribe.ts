// SUBSCRIBE (RFC 6665 §4.2.1): creates, refreshes, fetches and ends a subscription to an AOR's state. One to a device (a
// GRUU), to another domain, or within a dialog between phones goes to its addressee, which may be the notifier of any
// package.
import type { Authenticated } from "../auth/authenticate.ts";
import { authenticated } from "../auth/authenticated.ts";
import { mayUseFrom } from "../auth/from.ts";
import { type Send, send } from "../effect.ts";
import type { Outcome } from "../outcome.ts";
import { MAX_FORWARDINGS } from "../policy/forking.ts";
import { proxyRequest } from "../proxy/proxy.ts";
import type { Change } from "../state/change.ts";
import type { Registration } from "../state/registration.ts";
import { partsOf, reportsOf, resourceOf, type ResourceState } from "../state/resource-state.ts";
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
import { type Aor, aorOf, isOurDomain } from "../syntax/aor.ts";
import { field, headers, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import type { TimerRequest } from "../timer.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { EVENT_LIST, wants } from "../uas/option-tags.ts";
import { type Reply, refusal, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { addressedAor } from "../proxy/addressed-aor.ts";
import { currentState } from "./current-state.ts";
import { join, type Joining, type Readied } from "./join.ts";
import { contactOf, isBrought, isList, listNameIn, listResource } from "./list.ts";
import { currentList } from "./list-members.ts";
import { notify } from "./notify.ts";
import { type EventOf, packageOf } from "./packages.ts";
import { badEvent, listNotSupported, readSubscribe } from "./read-subscribe.ts";
import { isSilent, NO_PART, rejectSome, together } from "./resource-changed.ts";
import { dialogOf, subscriptionId } from "./subscription-dialog.ts";
import { mayWatch } from "./watch-policy.ts";
import { type Room, roomFor } from "./watcher-limits.ts";
import { refuseAuthenticated } from "./request.ts";

export async function subscribe(incoming: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const aor = addressedAor(incoming, world);
  if (aor === undefined) return proxyRequest(incoming, world);
  const { essentials } = incoming;
  const read = readSubscribe(incoming, world);
  if (!read.ok) return refuseAuthenticated(incoming, read.reply, world);
  const { event: asked, seconds, uris } = read;
  const localTag = essentials.toTag ?? answerTag(incoming, world.keys);
  const id = subscriptionId(essentials, localTag, asked.eventId);
  const list = essentials.toTag === undefined ? uris && id : listNameIn(incoming.message.uri);
  const resource =
    list === undefined ? resourceOf(asked.eventPackage.event, aor) : listResource(asked.eventPackage, aor, list);
  const event = eventFor(asked, resource);
  if (event === undefined) return refuseAuthenticated(incoming, badEvent(world), world);
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
      decided({ incoming, aor, event, seconds, uris, resource, id, localTag, sender }, snapshot, world),
  });
}

/** Undefined where the package has no lists. */
function eventFor({ eventPackage: asked, ...event }: EventOf, resource: string): EventOf | undefined {
  const eventPackage = isList(resource) ? packageOf(partsOf(resource).event) : asked;
  return eventPackage && { ...event, eventPackage };
}

interface Subscribing {
  readonly incoming: Incoming<SipRequest>;
  readonly aor: Aor;
  readonly event: EventOf;
  /** 0 to fetch the state, or to end the subscription. */
  readonly seconds: number;
  /** Members of the list that the SUBSCRIBE has brought. */
  readonly uris: readonly string[] | undefined;
  readonly resource: string;
  readonly id: string;
  readonly localTag: string;
  readonly sender: Authenticated;
}

/**
 * One to an alias is for the AOR that the alias stands for (RFC 3261 §16.5), and a new one to the address of a group for its
 * list.
 * @param aliases that have been followed
 */
async function decided(
  subscribing: Subscribing,
  snapshot: Snapshot,
  world: World,
  aliases: readonly Aor[] = [],
): Promise<Outcome> {
  const { incoming, aor, event, resource, id } = subscribing;
  const owner = subscriberOf(snapshot, aor);
  if (owner?.aliasOf !== undefined && !isList(resource)) {
    return forAlias(subscribing, owner.aliasOf, snapshot, world, [...aliases, aor]);
  }
  const isOfGroup = owner?.group !== undefined;
  const list = listResource(event.eventPackage, aor, "");
  const listEvent = eventFor(event, list);
  if (!isOfGroup || incoming.essentials.toTag !== undefined || isList(resource) || listEvent === undefined) {
    return subscribed(subscribing, snapshot, world);
  }
  if (!wants(incoming.message, EVENT_LIST)) return answerStateless(incoming, listNotSupported(), world);
  const { resourceStates, subscriptions } = await world.read({
    resourceStates: [list],
    subscriptions: [subscriptionKey({ resource: list, id })],
  });
  const ofList = { ...snapshot, resourceStates, subscriptions };
  return subscribed({ ...subscribing, resource: list, event: listEvent }, ofList, world);
}

/** The Contact of the 200 is that AOR, so refreshes come to it. */
async function forAlias(
  subscribing: Subscribing,
  aliasOf: string,
  snapshot: Snapshot,
  world: World,
  aliases: readonly Aor[],
): Promise<Outcome> {
  const { incoming, event, id } = subscribing;
  const uri = parseUri(aliasOf);
  const aor = uri !== undefined && isOurDomain(uri, world.settings.domains) ? aorOf(uri) : undefined;
  if (aor === undefined || aliases.includes(aor) || aliases.length > MAX_FORWARDINGS) {
    return answerStateless(incoming, refusal("unknown-user"), world);
  }
  const resource = resourceOf(event.eventPackage.event, aor);
  const { registrations, subscribers, resourceStates, subscriptions } = await world.read({
    registrations: [aor],
    subscribers: [aor],
    resourceStates: [resource],
    subscriptions: [subscriptionKey({ resource, id })],
  });
  const known = { ...snapshot, registrations, subscribers, resourceStates, subscriptions };
  return decided({ ...subscribing, aor, resource }, known, world, aliases);
}

async function subscribed(subscribing: Subscribing, snapshot: Snapshot, world: World): Promise<Outcome> {
  const { incoming, aor, event, seconds, uris, resource, id, localTag, sender } = subscribing;
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
  const stored = resourceStateOf(snapshot, resource);
  const owner = isBrought(resource) ? undefined : subscriberOf(snapshot, aor);
  if (!mayWatch(sender.aor, aor, event.eventPackage, owner)) {
    const refused = refuse(refusal("may-not-watch"));
    const part = rejectSome(known === undefined ? [] : [known], stored, world);
    return { ...refused, ...together(refused, part) };
  }
  const room: Room = known === undefined && seconds > 0 ? await roomFor(sender.aor, stored, world) : { kind: "room" };
  if (room.kind === "full") return { ...refuse(room.reply), changes: room.changes };
  const current = isList(resource)
    ? await currentList(stored, { uris, owner, until: world.now + seconds }, world)
    : await currentOf(stored, registrationOf(snapshot, aor), event, owner, world);
  const { state } = current;
  const instance = liveFlow(snapshot, flow, world.now)?.instance;
  const watcher = { flow, aor: sender.aor, ...(instance !== undefined && { instance }) };
  const dialog = dialogOf(incoming, localTag, event.eventId);
  // An earlier attempt has stored the row before it met a conflict, and no report has been sent to it since.
  const isUnsent = world.isRetry && essentials.toTag === undefined && known?.base === reportsOf(stored);
  const next: Subscription = {
    resource,
    id,
    version: known?.version ?? 0,
    watcher,
    ...dialog,
    base: known?.base ?? reportsOf(state),
    extra: known === undefined || isUnsent ? 0 : known.extra + 1,
    expiresAt: world.now + seconds,
  };
  const fields = [
    ...headers(incoming.message, "record-route").map((route) => field("Record-Route", route)),
    field("Contact", `<${contactOf(resource)}>`),
    field("Expires", seconds),
    ...(isList(resource) ? [field("Require", EVENT_LIST)] : []), // RFC 4662 §4.1
  ];
  const ok = send({ flow }, respond(incoming.message, { status: 200, fields }, localTag));
  const joining = { ...current, stored, known, owner, counted: room.counted };
  const granted: Granted = { subscribing, subscription: next, joining, ok };
  return seconds === 0 ? ended(granted, world) : kept(granted, world);
}

/** The state of one user. */
async function currentOf(
  stored: ResourceState,
  registration: Registration,
  { eventPackage }: EventOf,
  owner: Subscriber | undefined,
  world: World,
): Promise<Readied> {
  return { registration, ...(await currentState(stored, registration, eventPackage, owner, world)) };
}

interface Granted {
  readonly subscribing: Subscribing;
  readonly subscription: Subscription;
  readonly joining: Omit<Joining, "isNewWatcher">;
  /** The 200. */
  readonly ok: Send;
}

/** §4.1.2.3: one NOTIFY with the state as it is, and no other after it. A fetch (§4.4.3) stores nothing. */
function ended({ subscribing, subscription, joining, ok }: Granted, world: World): Outcome {
  const { eventPackage } = subscribing.event;
  const { resource, id } = subscription;
  const { state, owner, list, known } = joining;
  const last = notify(subscription, { eventPackage, state, owner, ending: "timeout", ...(list && { list }) }, world);
  const over: readonly Change[] = known === undefined ? [] : [{ kind: "subscription over", resource, id }];
  return { changes: over, timers: [], effects: [ok, last] };
}

/**
 * The 200 and then the first NOTIFY: JsSIP answers a NOTIFY before the 200 with 481. The last message for the flow is the
 * function's return value, which arrives after the 200 that was posted (`lib/signaling/emit.ts`).
 */
async function kept({ subscribing, subscription, joining, ok }: Granted, world: World): Promise<Outcome> {
  const { eventPackage } = subscribing.event;
  const { known, owner, list, joins = NO_PART } = joining;
  const isInitial = subscribing.incoming.essentials.toTag === undefined;
  // One that an earlier attempt has stored before it met a conflict is not counted yet.
  const isNewWatcher = known === undefined || (world.isRetry && isInitial);
  const asked = { ...subscription, unansweredSince: world.now, ...(isInitial && { isNew: true as const }) };
  const { part, row, reported } = await join(asked, { ...joining, isNewWatcher }, world);
  const attempt = isInitial ? "first" : "marked";
  const first = notify(row, { eventPackage, state: reported, owner, attempt, ...(list && { list }) }, world);
  return together(part, joins, { ...NO_PART, timers: [expiryTimer(row, world)], effects: [ok, first] });
}

/**
 * Each SUBSCRIBE sets a timer of its own, and that of an earlier one finds itself stale: a timer that went on with each
 * refresh would be a chain without end, which Lambda cuts (`policy/platform.ts`).
 */
function expiryTimer(
  { resource, id, expiresAt }: Subscription,
  { now, platform }: Pick<World, "now" | "platform">,
): TimerRequest {
  const delaySeconds = Math.min(expiresAt - now + 1, platform.longestTimerSeconds);
  return { kind: "subscription", resource, subscription: id, expiresAt, delaySeconds };
}
