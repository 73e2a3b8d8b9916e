// The order in which the members of a group ring, one after the other (RFC 3261 §16.6: a serial search, by q). It is settled when
// the call comes; a target's q is its member's turn.
import { MAX_TURNS } from "../policy/forking.ts";
import type { GroupOrder, RoutingPolicy } from "../state/routing-policy.ts";
import type { Target } from "../state/target.ts";
import type { Aor } from "../syntax/aor.ts";
import { sign } from "../tokens/signature.ts";
import type { World } from "../world.ts";
import type { Search } from "./target-set.ts";

/** A member and its devices, at least one. */
export interface Turn {
  readonly member: Aor;
  readonly targets: readonly Target[];
}

/** The targets of the first turns, the earlier the higher their q. All devices of a member ring together. */
export async function targetsInTurn(
  turns: readonly Turn[],
  policy: RoutingPolicy,
  search: Pick<Search, "callId">,
  world: Pick<World, "read" | "now" | "keys">,
): Promise<readonly Target[]> {
  const ordered = await orders[policy.groupOrder ?? "all"](turns, policy, search, world);
  const first = ordered.slice(0, MAX_TURNS);
  return first.flatMap(({ targets }, at) => targets.map((target) => ({ ...target, q: first.length - at })));
}

type Order = (
  turns: readonly Turn[],
  policy: RoutingPolicy,
  search: Pick<Search, "callId">,
  world: Pick<World, "read" | "now" | "keys">,
) => readonly Turn[] | Promise<readonly Turn[]>;

const orders: Readonly<Record<GroupOrder, Order>> = {
  all: (turns) => turns,
  "in-turn": (turns) => turns,
  weighted: byWeight,
  "longest-idle": byIdleTime,
};

/**
 * A member with twice the weight is first twice as often. The draw is made of the Call-ID and the signing key: a decision that is
 * taken again draws the same, and a caller cannot choose.
 */
function byWeight(
  turns: readonly Turn[],
  { groupWeights = {} }: RoutingPolicy,
  { callId }: Pick<Search, "callId">,
  { keys }: Pick<World, "keys">,
): readonly Turn[] {
  const drawn = turns.map((turn) => {
    const weight = Object.hasOwn(groupWeights, turn.member) ? (groupWeights[turn.member] ?? 1) : 1;
    const bits = Buffer.from(sign("order", `${callId}\n${turn.member}`, keys), "base64url").readUInt32BE();
    return { turn, key: Math.log((bits + 1) / (2 ** 32 + 1)) / weight };
  });
  return drawn.toSorted((one, other) => other.key - one.key).map(({ turn }) => turn);
}

/**
 * Members in a call come last. Of the others the one whose last call on a present connection ended first rings first, and one
 * without such a call before it. Costs a read.
 */
async function byIdleTime(
  turns: readonly Turn[],
  _policy: RoutingPolicy,
  _search: Pick<Search, "callId">,
  { read, now }: Pick<World, "read" | "now">,
): Promise<readonly Turn[]> {
  const { flows } = await read({ flows: turns.flatMap(({ targets }) => targets.map(({ end }) => end.flow)) });
  const busySince = (turn: Turn): number => {
    const own = flows.filter(({ flow }) => turn.targets.some(({ end }) => end.flow === flow));
    if (own.some(({ calls = [] }) => calls.length > 0)) return now;
    return Math.max(0, ...own.map(({ idleSince = 0 }) => idleSince));
  };
  return turns
    .map((turn) => ({ turn, since: busySince(turn) }))
    .toSorted((one, other) => one.since - other.since)
    .map(({ turn }) => turn);
}
