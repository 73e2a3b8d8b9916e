// RFC 3261 §16.5: whom does the Request-URI mean, and what does the subscriber want done about calls? The answer is a
// target set to ring, contacts to redirect to (§8.3), or a refusal.
import type { Aor } from "../syntax/aor.ts";
import { type Binding, deviceOf, liveBindings, newestOfEach } from "../state/registration.ts";
import { isCalled } from "../location/gruu.ts";
import type { Routing, RoutingPolicy } from "../state/routing-policy.ts";
import type { Refusal } from "../uas/reply.ts";
import { contactsFor } from "../redirect/redirect.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import type { End } from "../transport/endpoint.ts";
import type { Seen, World } from "../world.ts";
import { diversion, type Diversions } from "./diversion.ts";
import { MAX_FORWARDINGS, MAX_MEMBERS, MAX_TARGETS } from "../policy/forking.ts";
import { type Party, partyOf } from "../location/called-party.ts";

export interface Target {
  readonly end: End;
  /** The Request-URI it will see. */
  readonly uri: string;
  /** Thousandths; those with the same are rung together, the highest first (§16.6). */
  readonly q: number;
  /** Path of the registration (RFC 3327 §5.4), as Route values. */
  readonly routes?: readonly string[];
}

/** What happens when the target set fails: the subscriber's forwarding, still to be looked up. */
export interface Contingency {
  readonly aor: Aor;
  readonly routing: Routing;
  readonly busy?: string;
  readonly noAnswer?: string;
  /** AORs whose forwarding brought the call here: none of them is asked twice. */
  readonly visited: readonly Aor[];
}

export type Targets =
  | {
      readonly kind: "ring";
      readonly targets: readonly Target[];
      readonly diversions: Diversions;
      readonly ringSeconds?: number;
      readonly contingency?: Contingency;
    }
  | {
      readonly kind: "redirect";
      readonly status: 300 | 302;
      readonly contacts: readonly string[];
      readonly diversions: Diversions;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Where a search has been. */
export interface Way {
  readonly visited: readonly Aor[];
  readonly diversions: Diversions;
  /** Members that a group on this way may have; absent: `MAX_MEMBERS`. */
  readonly breadth?: number;
  /** Forwarding is about calls. A MESSAGE is meant for its addressee, and so is an INVITE that replaces a call of theirs. */
  readonly isNewCall: boolean;
}

/** Where every search begins. */
export function startFor(request: SipRequest): Way {
  const isNewCall = request.method === "INVITE" && header(request, "replaces") === undefined; // RFC 3891
  return { visited: [], diversions: [], isNewCall };
}

/** `seen` holds what is stored about the party's AOR. */
export async function determineTargets(
  party: Party,
  seen: Pick<Seen, "registration" | "subscribers">,
  world: World,
  way: Way,
): Promise<Targets> {
  const { aor } = party;
  if (way.visited.includes(aor) || way.visited.length > MAX_FORWARDINGS) return refuse(482);
  const subscriber = seen.subscribers.find((candidate) => candidate.aor === aor);
  const policy: RoutingPolicy = subscriber ?? {};
  const { aliasOf, group } = policy;
  const forwarding = way.isNewCall ? policy.forwarding : undefined;
  const visited = [...way.visited, aor];

  if (aliasOf !== undefined)
    return parseUri(aliasOf) === undefined
      ? refuse(480)
      : targetsOf({ ...party, aor: aliasOf }, world, { ...way, visited });
  if (forwarding?.always !== undefined) return divert(aor, policy, forwarding.always, "unconditional", world, way);
  if (group !== undefined) return groupTargets(aor, group, policy, world, { ...way, visited });

  const live = newestOfEach(liveBindings(seen.registration, world.now).filter((binding) => isCalled(binding, party)));
  if (live.length === 0 && forwarding?.noAnswer !== undefined) {
    return divert(aor, policy, forwarding.noAnswer, "unavailable", world, way);
  }
  if (live.length === 0) return refuse(subscriber === undefined ? 404 : 480);

  // Who calls a GRUU was told it, perhaps by our own 302.
  if (party.instance === undefined && routingOf(aor, policy, world) === "redirect") {
    return { kind: "redirect", status: 302, contacts: contactsFor(live, aor), diversions: way.diversions };
  }
  return ring(
    live.map((binding) => targetOf(binding, party)),
    aor,
    policy,
    world,
    way,
  );
}

/** Looks the party up first. */
export async function targetsOf(party: Party, world: World, way: Way): Promise<Targets> {
  const seen = await world.look({ registration: party.aor, subscribers: [party.aor] });
  return determineTargets(party, seen, world, way);
}

/** A call that goes elsewhere: by us, or by the caller when redirecting is how this subscriber wants it. */
export async function divert(
  from: Aor,
  policy: RoutingPolicy,
  to: string,
  reason: "unconditional" | "user-busy" | "no-answer" | "unavailable",
  world: World,
  way: Way,
): Promise<Targets> {
  // A stored value that is no URI leads nowhere, and is never written: it could hold a line end.
  const uri = parseUri(to);
  if (uri === undefined) return refuse(480);
  const diversions = [diversion(from, reason), ...way.diversions];
  if (routingOf(from, policy, world) === "redirect") {
    return { kind: "redirect", status: 302, contacts: [`<${to}>`], diversions };
  }
  const party = uri.kind === "sip" ? partyOf(uri, to, world) : undefined;
  if (party === undefined) return refuse(480);
  return targetsOf(party, world, { ...way, visited: [...way.visited, from], diversions });
}

/**
 * All phones of all members; a member without one is passed over. Groups within groups share the breadth of the group as
 * the branches of a fork share its Max-Breadth (RFC 5393 §5.3.3): however they are nested, the reads stay few.
 */
async function groupTargets(
  aor: Aor,
  members: readonly Aor[],
  policy: RoutingPolicy,
  world: World,
  way: Way,
): Promise<Targets> {
  if (routingOf(aor, policy, world) === "redirect") {
    const contacts = members.filter((member) => parseUri(member) !== undefined).map((member) => `<${member}>`);
    if (contacts.length === 0) return refuse(480);
    return { kind: "redirect", status: 300, contacts, diversions: way.diversions };
  }
  const asked = members.slice(0, way.breadth ?? MAX_MEMBERS);
  const breadth = Math.floor((way.breadth ?? MAX_MEMBERS) / Math.max(1, asked.length));
  const found = await Promise.all(asked.map((member) => targetsOf({ aor: member }, world, { ...way, breadth })));
  const targets = distinct(found.flatMap((one) => (one.kind === "ring" ? one.targets : []))).slice(0, MAX_TARGETS);
  if (targets.length === 0) return refuse(480);
  return ring(targets, aor, policy, world, way);
}

function ring(targets: readonly Target[], aor: Aor, policy: RoutingPolicy, world: World, way: Way): Targets {
  const contingency = contingencyOf(aor, policy, world, way);
  const { ringSeconds } = policy;
  return {
    kind: "ring",
    targets,
    diversions: way.diversions,
    ...(ringSeconds !== undefined && { ringSeconds }),
    ...(contingency && { contingency }),
  };
}

/** A phone that several members share is rung once. */
function distinct(targets: readonly Target[]): readonly Target[] {
  return targets.filter(
    ({ end, uri }, at) => targets.findIndex((one) => one.end.flow === end.flow && one.uri === uri) === at,
  );
}

function routingOf(aor: Aor, policy: RoutingPolicy, world: World): Routing {
  const { routing, routingByDomain } = world.settings;
  const domain = aor.slice(aor.lastIndexOf("@") + 1);
  return policy.routing ?? (Object.hasOwn(routingByDomain, domain) ? routingByDomain[domain] : undefined) ?? routing;
}

function contingencyOf(aor: Aor, policy: RoutingPolicy, world: World, way: Way): Contingency | undefined {
  const { busy, noAnswer } = policy.forwarding ?? {};
  if (!way.isNewCall || (busy === undefined && noAnswer === undefined)) return undefined;
  return {
    aor,
    routing: routingOf(aor, policy, world),
    visited: way.visited,
    ...(busy !== undefined && { busy }),
    ...(noAnswer !== undefined && { noAnswer }),
  };
}

/** §16.6 step 2: the header part of a contact is not for a Request-URI. */
export function targetOf(binding: Binding, { aor, keepUri }: Party): Target {
  const { contact, flow, q, path } = binding;
  const [uri = contact] = contact.split("?");
  return {
    end: { flow, aor, instance: deviceOf(binding) },
    uri: keepUri ?? uri,
    q,
    ...(path !== undefined && { routes: path }),
  };
}

function refuse(status: number): Targets {
  return { kind: "refused", refusal: { status } };
}
