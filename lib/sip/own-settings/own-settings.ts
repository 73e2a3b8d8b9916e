// OPTIONS of a user to its own address with the type of the settings in Accept or Content-Type (RFC 3261 §11): reads them, and
// changes them if it has a body. Any other OPTIONS to a user goes to its devices.
import type { Authenticated } from "../auth/authenticate.ts";
import { authenticated } from "../auth/authenticated.ts";
import { mayUseFrom } from "../auth/from.ts";
import { forwardProblem } from "../location/forward-target.ts";
import type { Outcome } from "../outcome.ts";
import { addressedAor } from "../proxy/addressed-aor.ts";
import { proxyRequest } from "../proxy/proxy.ts";
import type { OwnSettings, OwnSettingsChange } from "../state/own-settings.ts";
import { forwardingNames } from "../state/routing-policy.ts";
import { type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { Subscriber } from "../state/subscriber.ts";
import { type Aor, aorOf } from "../syntax/aor.ts";
import { decode } from "../syntax/header-table.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { preference } from "../syntax/values/parameterized.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { capabilityFields } from "../uas/domain-options.ts";
import { refuseExtensions } from "../uas/option-tags.ts";
import { refusals } from "../reasons.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { OWN_SETTINGS, type Patch, patchedForwarding, readPatch, type ReadPatch } from "./settings-document.ts";

export async function options(incoming: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const { message: request } = incoming;
  const isChange = request.body !== "" && isOfSettings(request);
  const aor = isChange || asksForSettings(request) ? addressedAor(incoming, world) : undefined;
  if (aor === undefined) return proxyRequest(incoming, world);
  const unfit = refuseExtensions(request, "proxy-require") ?? refuseExtensions(request, "require");
  const read: ReadPatch = isChange
    ? readPatch(request.body, world.settings.maxBindings)
    : { ok: true, patch: NO_CHANGE };
  return authenticated(incoming, world, {
    role: "proxy",
    reads: {
      subscribers: [aor, ...(read.ok ? targetsOf(read.patch) : [])],
      registrations: read.ok && isOfWatchers(read.patch) ? [aor] : [],
    },
    recordsFlow: true,
    decide: (sender, snapshot) => {
      const refused = unfit ?? refuseSender(sender, aor, incoming, world);
      if (refused !== undefined) return answerStateless(incoming, refused, world);
      if (!read.ok) return answerStateless(incoming, refusal("settings-malformed", { phrase: read.problem }), world);
      return settle(incoming, aor, read.patch, snapshot, world);
    },
  });
}

const NO_CHANGE: Patch = { set: {}, removed: [], forwarding: {} };

function isOfSettings(request: SipRequest): boolean {
  const type = decode(request, "Content-Type");
  return type.ok && type.value.value.toLowerCase() === OWN_SETTINGS;
}

/** §20.1: Accept names the type; a wildcard does not. */
function asksForSettings(request: SipRequest): boolean {
  const accept = decode(request, "Accept");
  if (!accept.ok) return false;
  return accept.value.some((range) => range.value.toLowerCase() === OWN_SETTINGS && (preference(range) ?? 0) > 0);
}

/**
 * Whether it changes the users that may watch: the registration says whether there are watchers
 * (`lib/sip/events/with-notices.ts`).
 */
function isOfWatchers({ set, removed }: Patch): boolean {
  return (["watchers", "contacts", "blocked"] as const).some((name) => name in set || removed.includes(name));
}

/** The users among the targets of forwardings and of simultaneous ring, for the check that they exist. */
function targetsOf({ set, forwarding }: Patch): readonly Aor[] {
  return [...Object.values(forwarding), ...(set.alsoRing ?? [])].flatMap((to) => {
    const uri = to === null ? undefined : parseUri(to);
    return (uri && aorOf(uri)) ?? [];
  });
}

function refuseSender(
  { aor: sender }: Authenticated,
  aor: Aor,
  { essentials }: Incoming<SipRequest>,
  world: World,
): Reply | undefined {
  if (sender !== aor) return refusal("settings-of-other");
  return mayUseFrom(sender, essentials.from.uri, world) ? undefined : refusal("from-not-own");
}

function settle(incoming: Incoming<SipRequest>, aor: Aor, patch: Patch, snapshot: Snapshot, world: World): Outcome {
  const subscriber = subscriberOf(snapshot, aor);
  const refused = refuseChange(aor, subscriber, patch, snapshot, world);
  if (refused !== undefined) return answerStateless(incoming, refused, world);
  const change = changeOf(subscriber, patch);
  const reply = described(after(subscriber, change));
  if (change.removed.length === 0 && Object.keys(change.set).length === 0) {
    return answerStateless(incoming, reply, world);
  }
  return {
    ...answerStateless(incoming, reply, world),
    changes: [{ kind: "own settings", aor, mayBeNew: world.settings.usersAreElsewhere, ...change }],
    reason: { code: "settings-changed" },
  };
}

/** A target that is stored already stays: the operator may have set one that a user may not. */
function refuseChange(
  aor: Aor,
  subscriber: Subscriber | undefined,
  { set, forwarding }: Patch,
  snapshot: Snapshot,
  { settings }: Pick<World, "settings">,
): Reply | undefined {
  if (subscriber === undefined && !settings.usersAreElsewhere) return refusal("unknown-user");
  if (subscriber?.aliasOf !== undefined) return refusal("settings-of-alias");
  if (set.busyInCall === true && settings.calls === "stateless") {
    return refusal("settings-malformed", { phrase: "busyInCall Needs Tracked Calls" });
  }
  const isUser = (target: Aor) => settings.usersAreElsewhere || subscriberOf(snapshot, target) !== undefined;
  const targets = [
    ...forwardingNames.map((name) => [`forwarding.${name}`, forwarding[name], subscriber?.forwarding?.[name]] as const),
    ...(set.alsoRing ?? []).map((to) => ["alsoRing", to, subscriber?.alsoRing?.find((one) => one === to)] as const),
  ];
  for (const [part, to, present] of targets) {
    if (to === undefined || to === null || to === present) continue;
    const problem = forwardProblem(to, aor, settings.domains, isUser);
    if (problem === undefined) continue;
    const why = refusalOf[problem];
    return refusal(why, { phrase: `${part} ${refusals[why].phrase}` });
  }
  return undefined;
}

const refusalOf = {
  "not-sip": "settings-target-not-sip",
  foreign: "settings-target-foreign",
  itself: "settings-target-itself",
  "unknown-user": "settings-target-unknown",
} as const;

function changeOf(subscriber: Subscriber | undefined, patch: Patch): OwnSettingsChange {
  const read = subscriber?.forwarding;
  const { set, removed, forwarding } = patch;
  if (Object.keys(forwarding).length === 0) return { set, removed, read };
  const next = patchedForwarding(read ?? {}, forwarding);
  if (Object.keys(next).length > 0) return { set: { ...set, forwarding: next }, removed, read };
  return { set, removed: [...removed, "forwarding"], read };
}

function after(subscriber: Subscriber | undefined, { set, removed }: OwnSettingsChange): OwnSettings {
  const next: { -readonly [Name in keyof OwnSettings]: OwnSettings[Name] } = { ...ownOf(subscriber), ...set };
  for (const name of removed) delete next[name];
  return next;
}

function ownOf(subscriber: Subscriber | undefined): OwnSettings {
  const { doNotDisturb, forwarding, ringSeconds, busyInCall, blocked, watchers, contacts }: OwnSettings =
    subscriber ?? {};
  const { alsoRing, maxDevices, hours }: OwnSettings = subscriber ?? {};
  return {
    ...(doNotDisturb !== undefined && { doNotDisturb }),
    ...(forwarding !== undefined && { forwarding }),
    ...(ringSeconds !== undefined && { ringSeconds }),
    ...(busyInCall !== undefined && { busyInCall }),
    ...(blocked !== undefined && { blocked }),
    ...(alsoRing !== undefined && { alsoRing }),
    ...(maxDevices !== undefined && { maxDevices }),
    ...(hours !== undefined && { hours }),
    ...(watchers !== undefined && { watchers }),
    ...(contacts !== undefined && { contacts }),
  };
}

/** §11.2: a body of the type that Accept names. */
function described(settings: OwnSettings): Reply {
  const fields = [...capabilityFields, field("Content-Type", OWN_SETTINGS)];
  return { status: 200, fields, body: JSON.stringify(settings) };
}
