// Calls of users that are watched (RFC 4235 §3.4). A mark on the registration and on the connection of a watched user says so; a
// call reads both anyway, and its response context keeps the mark. So the call of a user without watchers costs nothing more.
import type { Look } from "../effect.ts";
import type { Outcome } from "../outcome.ts";
import { withBranchChanged } from "../state/branch-change.ts";
import type { Change } from "../state/change.ts";
import type { FlowRecord } from "../state/flow.ts";
import type { Registration } from "../state/registration.ts";
import { partsOf, resourceOf } from "../state/resource-state.ts";
import { type ResponseContext, withCallEnded } from "../state/response-context.ts";
import { isSame, watchedCall } from "./call-state.ts";
import { packageOf, reportsCalls } from "./packages.ts";

/** The records that a decision has read. */
export interface Seen {
  readonly registrations: readonly Registration[];
  readonly flows: readonly FlowRecord[];
  readonly contexts: readonly ResponseContext[];
}

/** The outcome, whose response contexts name the states that report their call. */
export function withWatched(outcome: Outcome, seen: Seen): Outcome {
  let isChanged = false;
  const changes = outcome.changes.map((change): Change => {
    if (change.kind !== "context" || change.context.startedAt === undefined) return change;
    const watched = watchedIn(change.context, seen);
    if (watched.length === (change.context.watched?.length ?? 0)) return change;
    isChanged = true;
    return { ...change, context: { ...change.context, watched } };
  });
  return isChanged ? { ...outcome, changes } : outcome;
}

function watchedIn({ caller, branches, watched = [] }: ResponseContext, { registrations, flows }: Seen) {
  const ends = [caller, ...branches.map(({ target }) => target)];
  const found = new Set(watched);
  for (const { aor, watched: events = [] } of registrations) {
    if (events.length > 0 && ends.some((end) => end.aor === aor)) add(found, events, aor);
  }
  for (const { flow, identity, watched: events = [] } of flows) {
    if (events.length > 0 && ends.some((end) => end.flow === flow && end.aor === identity))
      add(found, events, identity);
  }
  return [...found].toSorted();
}

function add(found: Set<string>, events: readonly string[], aor: string): void {
  for (const event of events) if (reportsCalls(event)) found.add(resourceOf(event, aor));
}

/** Looks at the states that have to report a change of a call. */
export function looksAtCalls({ changes }: Outcome, { contexts }: Seen): readonly Look[] {
  return changes.flatMap((change) => {
    const { before, after } = contextOf(change, contexts);
    if (after?.watched === undefined) return [];
    const { id, watched } = after;
    return watched
      .filter((resource) => isChanged(before, after, resource))
      .map((resource): Look => {
        return { kind: "look", resource, call: id };
      });
  });
}

interface Changed {
  readonly before?: ResponseContext | undefined;
  readonly after?: ResponseContext | undefined;
}

function contextOf(change: Change, contexts: readonly ResponseContext[]): Changed {
  const read = (id: string) => contexts.findLast((one) => one.id === id);
  if (change.kind === "context") return { before: read(change.context.id), after: change.context };
  if (change.kind === "branch") return { before: change.read, after: withBranchChanged(change.read, change) };
  if (change.kind !== "call ended") return {};
  const before = read(change.context);
  return { before, after: before && withCallEnded(before, change.tags, change.end, change.expiresAt) };
}

function isChanged(before: ResponseContext | undefined, after: ResponseContext, resource: string): boolean {
  const { event, aor } = partsOf(resource);
  const source = packageOf(event)?.sources.calls;
  if (source === undefined) return false;
  const known = before?.watched?.includes(resource) === true ? watchedCall(before, aor, source) : undefined;
  return !isSame(known, watchedCall(after, aor, source));
}
