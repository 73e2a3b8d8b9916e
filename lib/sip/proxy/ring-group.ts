// The targets of a ring group: the devices of all members (RFC 3261 §16.5).
import { MAX_MEMBERS, MAX_TARGETS, TURN_SECONDS } from "../policy/forking.ts";
import type { RoutingPolicy } from "../state/routing-policy.ts";
import type { Target } from "../state/target.ts";
import type { Aor } from "../syntax/aor.ts";
import { parseUri } from "../syntax/uri.ts";
import type { World } from "../world.ts";
import { targetsInTurn, type Turn } from "./group-order.ts";
import type { Absent, Search, Targets } from "./target-set.ts";

interface Group {
  readonly members: readonly Aor[];
  readonly policy: RoutingPolicy;
  /** Its caller is redirected to the members. */
  readonly isRedirected: boolean;
}

type GroupTargets =
  | {
      readonly kind: "ring";
      readonly targets: readonly Target[];
      readonly absent: Absent;
      readonly turnSeconds?: number;
    }
  | Extract<Targets, { kind: "redirect" | "refused" }>;

/**
 * A member without a device is passed over, and so is one that takes no call beside its own; if no device is left and there is
 * such a member, the group is in a call. A member that is forwarded is passed over too: its mailbox would take the call from
 * the others. Only the sole member of a group is forwarded as it is when it is called itself. Nested groups share the breadth
 * of the group as the branches of a fork share its Max-Breadth (RFC 5393 §5.3.3), so the reads stay few however groups are
 * nested.
 */
export async function groupTargets(
  { members, policy, isRedirected }: Group,
  search: Search,
  world: World,
  find: (member: Aor, search: Search) => Promise<Targets>,
): Promise<GroupTargets> {
  if (isRedirected) {
    const contacts = members.filter((member) => parseUri(member) !== undefined).map((member) => `<${member}>`);
    if (contacts.length === 0) return { kind: "refused", why: "empty-group" };
    return { kind: "redirect", status: 300, contacts, diversions: search.diversions };
  }
  const asked = members.slice(0, search.breadth ?? MAX_MEMBERS);
  const breadth = Math.floor((search.breadth ?? MAX_MEMBERS) / Math.max(1, asked.length));
  const within = { ...search, breadth, ...(members.length > 1 && { isForMember: true as const }) };
  const found = await Promise.all(asked.map((member) => find(member, within)));
  const turns = found.flatMap((one, at): readonly Turn[] =>
    one.kind === "ring" ? [{ member: asked[at] ?? "", targets: withoutTurns(one) }] : [],
  );
  const { groupOrder = "all", groupSeconds = TURN_SECONDS } = policy;
  const isInTurn = groupOrder !== "all" && search.isNewCall && search.breadth === undefined;
  const inOrder = isInTurn ? await targetsInTurn(turns, policy, search, world) : turns.flatMap((turn) => turn.targets);
  const targets = distinct(inOrder).slice(0, MAX_TARGETS);
  const absent = found.flatMap((one) => (one.kind === "redirect" ? [] : (one.absent ?? [])));
  if (targets.length > 0) return { kind: "ring", targets, absent, ...(isInTurn && { turnSeconds: groupSeconds }) };
  const isInCall = found.some((one) => one.kind === "refused" && one.why === "in-call");
  return { kind: "refused", why: isInCall ? "in-call" : "empty-group", absent };
}

/** The members of a group within another one ring together. */
function withoutTurns({ targets, turnSeconds }: Extract<Targets, { kind: "ring" }>): readonly Target[] {
  return turnSeconds === undefined ? targets : targets.map((target) => ({ ...target, q: 1000 }));
}

/** A device that several members share is rung once. */
export function distinct(targets: readonly Target[]): readonly Target[] {
  return targets.filter(
    ({ end, uri }, at) => targets.findIndex((one) => one.end.flow === end.flow && one.uri === uri) === at,
  );
}
