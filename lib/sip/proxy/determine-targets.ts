// RFC 3261 §16.5: the targets of a request. Aliases, groups and the subscriber's forwarding are followed; the result is a
// target set to ring, contacts to redirect to (§8.3), or a refusal.
import { type CalledParty, calledParty } from "../location/called-party.ts";
import { isCalled } from "../location/gruu.ts";
import { isInCall } from "../location/in-call.ts";
import { sleepingDevices } from "../location/sleeping-devices.ts";
import { MAX_FORWARDINGS } from "../policy/forking.ts";
import { contactsFor } from "../redirect/redirect.ts";
import { requestUriFor } from "../state/push-address.ts";
import {
  type Binding,
  deviceOf,
  latestDevices,
  liveBindings,
  newestOfEach,
  type Registration,
} from "../state/registration.ts";
import type { Routing, RoutingPolicy } from "../state/routing-policy.ts";
import type { Subscriber } from "../state/subscriber.ts";
import { registrationOf, type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { ConditionalForwarding, Target } from "../state/target.ts";
import type { Aor } from "../syntax/aor.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import { httpEnd } from "../transport/http-end.ts";
import type { World } from "../world.ts";
import { targetsElsewhere } from "./also-ring.ts";
import type { Diversion } from "./diversion.ts";
import { isOpen } from "../location/hours.ts";
import { hasCall, replacedDialog } from "./replaced-call.ts";
import { distinct, groupTargets } from "./ring-group.ts";
import { isBlocked, isUndisturbed } from "./screening.ts";
import type { NoTargets, Search, Targets } from "./target-set.ts";
import { whenNotRegistered } from "./unreachable.ts";

/** @param callers addresses of the sender */
export function searchFor(request: SipRequest, callers: readonly Aor[]): Search {
  const replaces = replacedDialog(request);
  const isNewCall = request.method === "INVITE" && replaces === undefined;
  const callId = header(request, "call-id") ?? "";
  return { visited: [], diversions: [], isNewCall, ...(replaces && { replaces }), callers, callId };
}

/** Reads what is stored about the party first. */
export async function targetsOf(party: CalledParty, world: World, search: Search): Promise<Targets> {
  const snapshot = await world.read({ registrations: [party.aor], subscribers: [party.aor] });
  return determineTargets(party, snapshot, world, search);
}

/** @param snapshot with the party's registration and subscriber */
export async function determineTargets(
  party: CalledParty,
  snapshot: Pick<Snapshot, "registrations" | "subscribers">,
  world: World,
  asked: Search,
): Promise<Targets> {
  const { aor } = party;
  if (asked.visited.includes(aor) || asked.visited.length > MAX_FORWARDINGS) return refused("forwarding-loop");
  const subscriber = subscriberOf(snapshot, aor);
  const policy: RoutingPolicy = subscriber ?? {};
  const { aliasOf, group, forwarding = {} } = policy;
  if (aliasOf !== undefined) {
    if (parseUri(aliasOf) === undefined) return refused("forwarding-unusable");
    return targetsOf({ ...party, aor: aliasOf }, world, { ...asked, visited: [...asked.visited, aor] });
  }
  if (isBlocked(policy, asked)) return refused("caller-blocked");
  const registration = registrationOf(snapshot, aor);
  const search = await withNewness(asked, policy, registration, world);
  if (search.isNewCall && forwarding.always !== undefined) {
    return divert({ from: aor, reason: "unconditional", to: forwarding.always }, policy, world, search);
  }
  if (search.isNewCall && policy.hours !== undefined && !isOpen(policy.hours, world.now)) {
    if (forwarding.closed === undefined) return refused("closed");
    return divert({ from: aor, reason: "time-of-day", to: forwarding.closed }, policy, world, search);
  }
  if (isUndisturbed(policy, search)) return onBusy(aor, policy, "do-not-disturb", world, search);
  if (policy.http !== undefined) {
    return ringing([{ end: httpEnd(aor), uri: aor, q: 1000 }], aor, policy, world, search);
  }
  if (group !== undefined) return targetsOfGroup(aor, policy, group, world, search);
  return targetsOfUser(party, subscriber, registration, world, search);
}

/** Each member decides by itself whether the INVITE replaces one of its calls. */
async function targetsOfGroup(
  aor: Aor,
  policy: RoutingPolicy,
  group: readonly string[],
  world: World,
  search: Search,
): Promise<Targets> {
  const onward = { ...search, visited: [...search.visited, aor] };
  const isRedirected = routingOf(aor, policy, world) === "redirect";
  const findMember = (member: Aor, within: Search) => targetsOf({ aor: member }, world, within);
  const found = await groupTargets({ members: group, policy, isRedirected }, onward, world, findMember);
  if (found.kind === "refused" && found.why === "in-call") return onBusy(aor, policy, "in-call", world, search);
  if (found.kind === "refused" && search.isNewCall) {
    const { noAnswer, unreachable = noAnswer } = policy.forwarding ?? {};
    if (unreachable !== undefined)
      return divert({ from: aor, reason: "unavailable", to: unreachable }, policy, world, search);
  }
  if (found.kind !== "ring") return found;
  const { targets, absent, turnSeconds } = found;
  return {
    ...ringing(targets, aor, policy, world, search),
    absent,
    ...(turnSeconds !== undefined && { turnSeconds }),
  };
}

async function targetsOfUser(
  party: CalledParty,
  subscriber: Subscriber | undefined,
  registration: Registration,
  world: World,
  search: Search,
): Promise<Targets> {
  const { aor } = party;
  const policy: RoutingPolicy = subscriber ?? {};
  if (refusesSecondCall(policy, search, world) && (await isInCall(registration, world))) {
    return onBusy(aor, policy, "in-call", world, search);
  }
  const isRedirected = routingOf(aor, policy, world) === "redirect";
  const bindings = liveBindings(registration, world.now);
  const live = latestDevices(newestOfEach(bindings.filter((binding) => isCalled(binding, party))), policy.maxDevices);
  const mayWake = search.isNewCall && !isRedirected;
  const asleep = mayWake ? sleepingDevices(registration, world).filter((binding) => isCalled(binding, party)) : [];
  const mayRingElsewhere = mayWake && party.instance === undefined && party.keepUri === undefined;
  const onward = { ...search, visited: [...search.visited, aor] };
  const findParty = (one: CalledParty, within: Search) => targetsOf(one, world, within);
  const elsewhere = mayRingElsewhere ? await targetsElsewhere(policy, onward, world, findParty) : [];
  if (live.length + asleep.length + elsewhere.length === 0) {
    const next = whenNotRegistered(subscriber, search.isNewCall, world.settings);
    if (next.kind === "forward") return divert({ from: aor, reason: next.reason, to: next.to }, policy, world, search);
    const isUser =
      isKnown(subscriber, registration, world) && party.instance === undefined && party.keepUri === undefined;
    return { ...refused(next.why), ...(isUser && { absent: [registration] }) };
  }
  // A caller that dials a GRUU got it from this server, perhaps by this very redirect: it is not redirected again.
  if (party.instance === undefined && isRedirected) {
    return { kind: "redirect", status: 302, contacts: contactsFor(live, aor), diversions: search.diversions };
  }
  return ringing(
    distinct([
      ...live.map((binding) => targetOf(binding, party)),
      ...asleep.map((binding) => sleepingTarget(targetOf(binding, party), binding)),
      ...elsewhere,
    ]),
    aor,
    policy,
    world,
    search,
  );
}

/** An INVITE that replaces no call of the party is a new call. A group has no call of its own. Only tracked calls are known. */
async function withNewness(
  search: Search,
  { group }: RoutingPolicy,
  registration: Registration,
  world: World,
): Promise<Search> {
  const { replaces } = search;
  if (replaces === undefined) return search;
  if (group !== undefined) return { ...search, isNewCall: true };
  const isLeftToPhone = world.settings.calls !== "tracked";
  return { ...search, isNewCall: !isLeftToPhone && !(await hasCall(registration, replaces, world)) };
}

/**
 * Where users are kept by another service, a user is known while the row of its registration is kept (`EMPTY_ROW_SECONDS`).
 * Elsewhere a row proves nothing: a watcher of an address without an account makes one.
 */
function isKnown(
  subscriber: Subscriber | undefined,
  { version }: Registration,
  { settings }: Pick<World, "settings">,
): boolean {
  return subscriber !== undefined || (settings.usersAreElsewhere && version > 0);
}

/** A call that replaces one of the user's (RFC 3891) does not add to it. Only tracked calls are known. */
function refusesSecondCall(
  { busyInCall }: RoutingPolicy,
  { isNewCall }: Search,
  { settings }: Pick<World, "settings">,
): boolean {
  return busyInCall === true && isNewCall && settings.calls === "tracked";
}

/** As a device's 486: forwarded on busy. Without a forwarding that can be called the caller gets a refusal (§21.4.18). */
async function onBusy(
  aor: Aor,
  policy: RoutingPolicy,
  why: "in-call" | "do-not-disturb",
  world: World,
  search: Search,
): Promise<Targets> {
  const { busy } = policy.forwarding ?? {};
  if (busy === undefined || !search.isNewCall) return refused(why);
  const reason = why === "in-call" ? "user-busy" : why;
  const found = await divert({ from: aor, reason, to: busy }, policy, world, search);
  return found.kind === "refused" ? refused(why) : found;
}

/**
 * Forwards the call, or redirects the caller where the subscriber's routing is redirect. For a group the member cannot
 * be reached (`ring-group.ts`).
 */
export async function divert(
  diversion: Diversion,
  policy: RoutingPolicy,
  world: World,
  search: Search,
): Promise<Targets> {
  if (search.isForMember) return refused("not-registered");
  const { from, to } = diversion;
  // A stored value that is not a URI is not written into a header: it could contain a line end.
  const uri = parseUri(to);
  if (uri === undefined) return refused("forwarding-unusable");
  const diversions = [diversion, ...search.diversions];
  if (routingOf(from, policy, world) === "redirect") {
    return { kind: "redirect", status: 302, contacts: [`<${to}>`], diversions };
  }
  const party = uri.kind === "sip" ? calledParty(uri, to, world) : undefined;
  if (party === undefined) return refused("forwarding-unusable");
  return targetsOf(party, world, { ...search, visited: [...search.visited, from], diversions });
}

/** §16.6 step 2: the header part of a contact is left out of the Request-URI. */
export function targetOf(binding: Binding, { aor, keepUri, instance }: CalledParty): Target {
  const { contact, flow, q, path } = binding;
  const dialed = keepUri !== undefined ? "number" : instance !== undefined ? "device" : undefined;
  return {
    end: { flow, aor, instance: deviceOf(binding) },
    uri: keepUri ?? requestUriFor(contact),
    q,
    ...(path !== undefined && { routes: path }),
    ...(dialed !== undefined && { dialed }),
  };
}

/** Its URI keeps the push address until the device registers. */
function sleepingTarget(target: Target, { contact }: Binding): Target {
  return { ...target, end: { ...target.end, flow: NO_FLOW }, uri: contact };
}

function ringing(
  targets: readonly Target[],
  aor: Aor,
  policy: RoutingPolicy,
  world: Pick<World, "settings">,
  search: Search,
): Extract<Targets, { kind: "ring" }> {
  const forwarding = conditionalForwardingOf(aor, policy, world, search);
  const { ringSeconds } = policy;
  return {
    kind: "ring",
    targets,
    diversions: search.diversions,
    ...(ringSeconds !== undefined && { ringSeconds }),
    ...(forwarding && { forwarding }),
  };
}

function routingOf(aor: Aor, policy: RoutingPolicy, { settings }: Pick<World, "settings">): Routing {
  const { routing, routingByDomain } = settings;
  const domain = aor.slice(aor.lastIndexOf("@") + 1);
  return policy.routing ?? (Object.hasOwn(routingByDomain, domain) ? routingByDomain[domain] : undefined) ?? routing;
}

function conditionalForwardingOf(
  aor: Aor,
  policy: RoutingPolicy,
  world: Pick<World, "settings">,
  { isNewCall, visited }: Search,
): ConditionalForwarding | undefined {
  const { busy, noAnswer, unreachable } = policy.forwarding ?? {};
  if (!isNewCall || (busy ?? noAnswer ?? unreachable) === undefined) return undefined;
  return {
    aor,
    routing: routingOf(aor, policy, world),
    visited,
    ...(busy !== undefined && { busy }),
    ...(noAnswer !== undefined && { noAnswer }),
    ...(unreachable !== undefined && { unreachable }),
  };
}

function refused(why: NoTargets): Extract<Targets, { kind: "refused" }> {
  return { kind: "refused", why };
}
