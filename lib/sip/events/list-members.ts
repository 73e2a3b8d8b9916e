// The members of a resource list, and their states at a SUBSCRIBE (RFC 4662 §4.4, §4.5). The list joins the state of each member
// like a watcher, for an hour more than its subscriptions, so that changes of the members reach it.
import { LIST_JOIN_SECONDS, MAX_LIST_DEPTH, MAX_LIST_MEMBERS, MAX_WATCHERS } from "../policy/events.ts";
import type { ListMember } from "../state/list-member.ts";
import { isLive } from "../state/live.ts";
import { partsOf, resourceOf, type ResourceState } from "../state/resource-state.ts";
import { registrationOf, type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { Subscriber } from "../state/subscriber.ts";
import { type Subscription, subscriptionKey } from "../state/subscription.ts";
import type { World } from "../world.ts";
import { currentState } from "./current-state.ts";
import type { EventPackage } from "./event-package.ts";
import { join, type Readied } from "./join.ts";
import { isBrought, listId, memberAor } from "./list.ts";
import { baseOf, leaveMembers, memberReads, memberState, readMembers, wholeReport } from "./list-content.ts";
import { NO_PART, type Part, together } from "./resource-changed.ts";
import type { MemberState } from "./rlmi.ts";

/** @param uris of a list that the SUBSCRIBE has brought @param until the end of the subscription; now for a fetch */
export async function currentList(
  stored: ResourceState,
  {
    uris,
    owner,
    until,
  }: { readonly uris: readonly string[] | undefined; readonly owner: Subscriber | undefined; readonly until: number },
  world: World,
): Promise<Readied> {
  const { resource, joinedUntil = 0 } = stored;
  const base = baseOf(resource);
  const registration = { aor: partsOf(resource).aor, version: 0, bindings: [], watched: [partsOf(resource).event] };
  if (base === undefined) return { state: stored, marks: [], registration };
  const listed = withMembers(stored, isBrought(resource) ? uris : await groupMembers(stored, owner, world));
  const { members = [] } = listed;
  if (listed === stored && joinedUntil >= until) {
    const states = await readMembers(members, base, world);
    return { ...wholeReport(stored, base, states, world), marks: [], registration };
  }
  const end = until > world.now ? until + LIST_JOIN_SECONDS : undefined;
  const found = await joinAll(listed, base, end, world);
  const states = found.map(({ state }) => state);
  const joined = end === undefined ? listed : withJoined(listed, found, end);
  const report = wholeReport(joined, base, states, world);
  const left = { ...NO_PART, changes: leaveMembers(stored, members, world) };
  const joins = together(...found.map(({ part }) => part), left);
  // A state that goes on for longer, and is otherwise the same, is not one to report.
  const isSame =
    end !== undefined && stored.version > 0 && listed === stored && report.state.members === stored.members;
  return {
    ...report,
    ...(isSame && { state: stored, joinedUntil: end }),
    members: report.list.members,
    marks: [],
    registration,
    joins,
  };
}

/** The state of a list with the members that its group has now, and the joins of the new ones. */
export async function withGroup(
  state: ResourceState,
  owner: Subscriber | undefined,
  world: World,
): Promise<{ readonly state: ResourceState; readonly joins: Part; readonly members?: readonly MemberState[] }> {
  const { resource, joinedUntil } = state;
  const base = baseOf(resource);
  if (base === undefined || joinedUntil === undefined || isBrought(resource)) return { state, joins: NO_PART };
  const listed = withMembers(state, await groupMembers(state, owner, world));
  if (listed === state) return { state, joins: NO_PART };
  const found = await joinAll(listed, base, joinedUntil, world);
  return {
    state: withJoined(listed, found, joinedUntil),
    joins: together(...found.map(({ part }) => part)),
    members: found.map((one) => one.state),
  };
}

function withJoined(state: ResourceState, found: readonly Found[], joinedUntil: number): ResourceState {
  const { members = [] } = state;
  const next = found.map(({ member }) => member);
  const isSame = members.every((one, index) => one === next[index]);
  return { ...state, members: isSame ? members : next, joinedUntil };
}

/**
 * The state with these members; the same object if it has them. For those that watch the list already, all wait for a report:
 * the next one has the whole list.
 */
function withMembers(state: ResourceState, uris: readonly string[] | undefined): ResourceState {
  const { members } = state;
  if (uris === undefined || JSON.stringify(uris) === JSON.stringify(members?.map(({ uri }) => uri))) return state;
  const isWatched = state.joinedUntil !== undefined;
  return { ...state, members: uris.map((uri) => ({ uri, ...(!isWatched && { at: 0 }) })) };
}

/**
 * The members of a group; those of a group within it stand in its place, so a list is flat. Costs a read of the subscribers,
 * and none if the group has the members that the list has.
 */
async function groupMembers(
  { members = [] }: ResourceState,
  owner: Subscriber | undefined,
  world: Pick<World, "read" | "settings">,
): Promise<readonly string[]> {
  const group = (owner?.group ?? []).slice(0, MAX_LIST_MEMBERS);
  if (JSON.stringify(group) === JSON.stringify(members.map(({ uri }) => uri))) return group;
  const found = new Set<string>();
  const groups = new Set<string>();
  let level: readonly string[] = group;
  for (let depth = 1; depth <= MAX_LIST_DEPTH && level.length > 0; depth += 1) {
    const aors = level.flatMap((uri) => memberAor(uri, world.settings.domains) ?? []);
    const snapshot = await world.read({ subscribers: aors });
    const next: string[] = [];
    for (const uri of level) {
      const within = subscriberOf(snapshot, memberAor(uri, world.settings.domains) ?? "")?.group;
      if (within === undefined || depth === MAX_LIST_DEPTH) found.add(uri);
      else if (!groups.has(uri)) next.push(...within);
      if (within !== undefined) groups.add(uri);
    }
    level = next.filter((uri) => !groups.has(uri) && !found.has(uri)).slice(0, MAX_LIST_MEMBERS);
  }
  return [...found].slice(0, MAX_LIST_MEMBERS);
}

interface Found {
  readonly member: ListMember;
  readonly state: MemberState;
  readonly part: Part;
}

/** Costs two batches of reads; for each member two writes, and where it has no other watcher two reads and two writes more. */
async function joinAll(
  { resource, members = [] }: ResourceState,
  base: EventPackage,
  end: number | undefined,
  world: World,
): Promise<readonly Found[]> {
  const aors = members.flatMap(({ uri }) => memberAor(uri, world.settings.domains) ?? []);
  const id = listId(resource);
  const subscriptions = aors.map((aor) => subscriptionKey({ resource: resourceOf(base.event, aor), id }));
  const [states, others] = await Promise.all([
    world.read(memberReads(members, base, world)),
    world.read({ registrations: aors, subscriptions }),
  ]);
  const snapshot = { ...others, subscribers: states.subscribers, resourceStates: states.resourceStates };
  const joined = new Map<string, Promise<Found>>();
  const found = members.map(async (member): Promise<Found> => {
    const aor = memberAor(member.uri, world.settings.domains) ?? member.uri;
    const other = joined.get(aor);
    if (other !== undefined) {
      const { state } = await other;
      return { member, state: { ...state, uri: member.uri }, part: NO_PART };
    }
    const one = joinMember(member, { list: resource, base, end, snapshot }, world);
    joined.set(aor, one);
    return one;
  });
  return Promise.all(found);
}

interface Joining {
  readonly list: string;
  readonly base: EventPackage;
  /** Epoch seconds; undefined to read the state alone. */
  readonly end: number | undefined;
  readonly snapshot: Snapshot;
}

async function joinMember(member: ListMember, { list, base, end, snapshot }: Joining, world: World): Promise<Found> {
  const { isFull: _full, ...open } = member;
  const read = memberState(open, base, snapshot, world);
  const { aor, owner, state: stored } = read;
  if (aor === undefined || owner?.group !== undefined) return { member, state: read, part: NO_PART };
  const registration = registrationOf(snapshot, aor);
  const current = await currentState(stored, registration, base, owner, world);
  const found = { member, state: { ...read, state: current.state }, part: NO_PART };
  if (end === undefined) return found;

  const { resource } = stored;
  const id = listId(list);
  const row = snapshot.subscriptions.find((one) => one.resource === resource && one.id === id);
  const known = row !== undefined && isLive(row, world.now) ? row : undefined;
  if (known === undefined && (stored.watchers ?? 0) >= MAX_WATCHERS) {
    return { ...found, member: { uri: member.uri, isFull: true }, state: { ...found.state, isFull: true } };
  }
  const isSame = current.state === stored && stored.version > 0 && registration.watched?.includes(base.event) === true;
  if (isSame && known !== undefined && known.expiresAt >= end) return found;
  const watching = watchingOf(list, resource, row, end);
  const joined = await join(
    watching,
    { ...current, stored, registration, owner, known, isNewWatcher: known === undefined },
    world,
  );
  return { ...found, state: { ...found.state, state: joined.reported }, part: joined.part };
}

/** The subscription of a list to the state of a member. */
function watchingOf(list: string, resource: string, row: Subscription | undefined, expiresAt: number): Subscription {
  const { version = 0, base = 0, extra = 0 } = row ?? {};
  const dialog = { watcher: { flow: "" }, contact: "", callId: "", from: "", to: "", cseq: 0 };
  return { resource, id: listId(list), version, ...dialog, base, extra, expiresAt, list };
}
