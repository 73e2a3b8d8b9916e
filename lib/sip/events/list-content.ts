// The members whose documents a NOTIFY about a resource list has (RFC 4662 §4.5). Their states are read after the row of the
// list: a member that changes meanwhile changes that row too, and the decision meets a conflict.
import { LIST_OVERLAP_SECONDS, MAX_LIST_SIZE } from "../policy/events.ts";
import type { Change } from "../state/change.ts";
import type { ListMember } from "../state/list-member.ts";
import { partsOf, resourceOf, type ResourceState } from "../state/resource-state.ts";
import { type ReadSet, resourceStateOf, type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { utf8Length } from "../syntax/body.ts";
import type { World } from "../world.ts";
import { withSealedTags } from "./dialog-view.ts";
import type { EventPackage } from "./event-package.ts";
import { addressOf, listId, memberAor } from "./list.ts";
import { packageOf } from "./packages.ts";
import type { ListReport, MemberState } from "./rlmi.ts";

type Served = Pick<World, "now" | "settings" | "keys">;

/** The package of the members of a list; undefined for another resource. */
export function baseOf(resource: string): EventPackage | undefined {
  return packageOf(partsOf(resource).event)?.sources.membersOf;
}

/** Two keys for each member: a hundred for the longest list. */
export function memberReads(members: readonly ListMember[], base: EventPackage, { settings }: Served): ReadSet {
  const aors = members.flatMap(({ uri }) => memberAor(uri, settings.domains) ?? []);
  return { subscribers: aors, resourceStates: aors.map((aor) => resourceOf(base.event, aor)) };
}

/** Ends the subscriptions of a list to its members, except to those that stay. */
export function leaveMembers(
  { resource, members = [] }: ResourceState,
  staying: readonly ListMember[],
  { settings }: Served,
): readonly Change[] {
  const base = baseOf(resource);
  if (base === undefined) return [];
  const aorsOf = (some: readonly ListMember[]) => some.flatMap(({ uri }) => memberAor(uri, settings.domains) ?? []);
  const stays = new Set(aorsOf(staying));
  const left = [...new Set(aorsOf(members))].filter((aor) => !stays.has(aor));
  return left.map((aor) => ({
    kind: "subscription over",
    resource: resourceOf(base.event, aor),
    id: listId(resource),
  }));
}

export function memberState(
  { uri, isFull }: ListMember,
  base: EventPackage,
  snapshot: Pick<Snapshot, "resourceStates" | "subscribers">,
  { settings }: Served,
): MemberState {
  const named = memberAor(uri, settings.domains);
  const state = resourceStateOf(snapshot, resourceOf(base.event, named ?? ""));
  const owner = named === undefined ? undefined : subscriberOf(snapshot, named);
  const aor = owner !== undefined || settings.usersAreElsewhere ? named : undefined; // made-up names store nothing
  return { uri, ...(aor !== undefined && { aor }), state, owner, isFull: isFull === true, isLeft: false };
}

/** The members as they are now. Costs a read. */
export async function readMembers(
  members: readonly ListMember[],
  base: EventPackage,
  world: Served & Pick<World, "read">,
): Promise<readonly MemberState[]> {
  const snapshot = await world.read(memberReads(members, base, world));
  return members.map((member) => memberState(member, base, snapshot, world));
}

/** As many of the first ones as a message has room for, and one in any case. */
function fitted(members: readonly MemberState[], base: EventPackage, { now, keys }: Served): readonly MemberState[] {
  let room = MAX_LIST_SIZE;
  const sizeOf = (state: ResourceState, aor: Aor) =>
    utf8Length(base.document(state, aor, now, 1, (call) => withSealedTags(call, aor, keys)));
  return members.map((member, index) => {
    if (member.isLeft) return member;
    room -= member.aor === undefined ? 0 : sizeOf(member.state, member.aor);
    return room < 0 && index > 0 ? { ...member, isLeft: true } : member;
  });
}

/** A report with all members. Those without room wait for the next one, for which the state has to be stored. */
export function wholeReport(
  state: ResourceState,
  base: EventPackage,
  members: readonly MemberState[],
  world: Served,
): { readonly state: ResourceState; readonly list: ListReport } {
  const shown = fitted(members, base, world);
  const left = new Set(shown.filter(({ isLeft }) => isLeft).map(({ uri }) => uri));
  const list = { uri: addressOf(state.resource), base, isWhole: true, members: shown };
  return { state: left.size === 0 ? state : waiting(state, (uri) => left.has(uri)), list };
}

/** The state of a list with members that wait for a report. */
export function waiting(state: ResourceState, isChanged: (uri: string) => boolean): ResourceState {
  const { members = [] } = state;
  return { ...state, members: members.map((one) => (isChanged(one.uri) ? unreported(one) : one)) };
}

function unreported({ at: _at, ...member }: ListMember): ListMember {
  return member;
}

function reportedAt(member: ListMember, at: number): ListMember {
  return { ...member, at };
}

/** The report of the whole list. Costs a read of its members; nothing for another resource. */
export async function wholeList(
  state: ResourceState,
  world: Served & Pick<World, "read">,
): Promise<{ readonly list?: ListReport }> {
  const base = baseOf(state.resource);
  if (base === undefined) return {};
  return { list: wholeReport(state, base, await readMembers(state.members ?? [], base, world), world).list };
}

/** Members whose documents the reports up to this time, in epoch seconds, and shortly before it had. */
function recentMembers({ members = [] }: ResourceState, until: number): readonly ListMember[] {
  return members.filter(({ at }) => at !== undefined && at >= until - LIST_OVERLAP_SECONDS);
}

/** Members that the next report is about. Those that wait come first. */
export function changedMembers(state: ResourceState, now: number): readonly ListMember[] {
  return [...(state.members ?? []).filter(({ at }) => at === undefined), ...recentMembers(state, now)];
}

/** The states of members as they were read. */
export type StateOf = (member: ListMember) => MemberState;

/** The report of a change, and the state that has made it. Members that find no room in it wait for the next one. */
export function changeReport(
  state: ResourceState,
  base: EventPackage,
  stateOf: StateOf,
  world: Served,
): { readonly state: ResourceState; readonly list: ListReport } {
  const list = partialReport(state, changedMembers(state, world.now).map(stateOf), base, world);
  const said = new Set(list.members.filter(({ isLeft }) => !isLeft).map(({ uri }) => uri));
  const { members = [] } = waiting(state, (uri) => list.isWhole && !said.has(uri));
  return {
    state: { ...state, members: members.map((one) => (said.has(one.uri) ? reportedAt(one, world.now) : one)) },
    list,
  };
}

function partialReport(
  state: ResourceState,
  changed: readonly MemberState[],
  base: EventPackage,
  world: Served,
): ListReport {
  const shown = fitted(changed, base, world);
  const isWhole = changed.length === state.members?.length;
  const members = isWhole ? shown : shown.filter(({ isLeft }) => !isLeft);
  return { uri: addressOf(state.resource), base, isWhole, members };
}

/** The last report of the state, for the watchers that a timer notifies of it. Costs a read of its members. */
export async function lastReport(
  state: ResourceState,
  world: Served & Pick<World, "read">,
): Promise<{ readonly list?: ListReport }> {
  const base = baseOf(state.resource);
  if (base === undefined) return {};
  const changed = recentMembers(state, Math.max(...(state.members ?? []).map(({ at = 0 }) => at)));
  return { list: partialReport(state, await readMembers(changed, base, world), base, world) };
}
