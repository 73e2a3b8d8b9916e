// Wraps decisions about something that is watched (RFC 3856 §6.11): if one changes a watched registration or call, the state
// of the resource is checked afterwards, in a decision of its own, so that a new watcher never makes a REGISTER a conflict.
// Where an AOR has no watcher, the registration that was read says so, and nothing is read or written for this.
import type { Look } from "../effect.ts";
import type { Outcome } from "../outcome.ts";
import { POLICY_SECONDS } from "../policy/events.ts";
import type { Change } from "../state/change.ts";
import type { FlowRecord } from "../state/flow.ts";
import { liveBindings, type Registration } from "../state/registration.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { resourceOf } from "../state/resource-state.ts";
import type { TimerRequest } from "../timer.ts";
import type { World } from "../world.ts";
import type { RegistrationSource } from "./event-package.ts";
import { packageOf } from "./packages.ts";
import { looksAtCalls, type Seen, withWatched } from "./watched-calls.ts";

/** The outcome of a decision, and the looks that it leads to. */
export async function withNotices(world: World, decide: (world: World) => Promise<Outcome>): Promise<Outcome> {
  const { changed, observing, seen } = observer(world);
  const outcome = withWatched(await decide(observing), seen);
  const registered = changed(outcome).map(({ resource }): Look => ({ kind: "look", resource }));
  const looks = [...registered, ...looksAtCalls(outcome, seen)];
  const timers = outcome.changes.flatMap((change) => policyTimers(change, seen));
  if (looks.length + timers.length === 0) return outcome;
  return { ...outcome, timers: [...outcome.timers, ...timers], effects: [...outcome.effects, ...looks] };
}

/** RFC 6665 §4.1.3: a change of the users that may watch reaches those that do. Only such a change reads the registration. */
function policyTimers(change: Change, { registrations }: Seen): readonly TimerRequest[] {
  if (change.kind !== "own settings") return [];
  const { aor } = change;
  const { watched = [] } = registrations.findLast((one) => one.aor === aor) ?? {};
  // A package for the owner alone has no watcher that a policy could reject.
  const byPolicy = watched.filter((event) => packageOf(event)?.audience === "by policy");
  return byPolicy.map((event) => {
    return { kind: "resource", resource: resourceOf(event, aor), isPolicyChanged: true, delaySeconds: POLICY_SECONDS };
  });
}

type Keyless = Omit<World, "keys">;

/** The same for a process that may not send: a timer lets another one look. */
export async function withLaterNotices(world: Keyless, decide: (world: Keyless) => Promise<Outcome>): Promise<Outcome> {
  const { changed, observing } = observer(world);
  const outcome = await decide(observing);
  const timers = changed(outcome).map(({ resource, registration }): TimerRequest => {
    return { kind: "resource", resource, after: registration.version, delaySeconds: 0 };
  });
  return timers.length === 0 ? outcome : { ...outcome, timers: [...outcome.timers, ...timers] };
}

interface Watched {
  readonly resource: string;
  /** With the version that was read. */
  readonly registration: Registration;
}

/** A world that remembers the records that were read, to compare them with an outcome. */
function observer<W extends Pick<World, "read" | "now" | "isRetry">>(world: W) {
  const read: Registration[] = [];
  const flows: FlowRecord[] = [];
  const contexts: ResponseContext[] = [];
  const observing: W = {
    ...world,
    read: async (keys) => {
      const snapshot = await world.read(keys);
      read.push(...snapshot.registrations);
      flows.push(...snapshot.flows);
      contexts.push(...snapshot.contexts);
      return snapshot;
    },
  };
  function changed({ changes }: Outcome): readonly Watched[] {
    return changes.flatMap((change) => {
      if (change.kind !== "registration") return [];
      const { registration } = change;
      const before = read.findLast(({ aor }) => aor === registration.aor);
      // An earlier attempt may have stored the registration before it met a conflict.
      return (registration.watched ?? [])
        .filter((event) => {
          const source = packageOf(event)?.sources.registration;
          if (source === undefined || world.isRetry) return source !== undefined;
          return seenBy(source, before) !== seenBy(source, registration);
        })
        .map((event) => ({ resource: resourceOf(event, registration.aor), registration }));
    });
  }
  function seenBy(source: RegistrationSource, registration: Registration | undefined): string {
    const live = registration === undefined ? [] : liveBindings(registration, world.now);
    return source === "bindings" ? JSON.stringify(live) : String(live.length > 0);
  }
  const seen: Seen = { registrations: read, flows, contexts };
  return { observing, changed, seen };
}
