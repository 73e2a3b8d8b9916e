// Simultaneous ring (RFC 3261 §16.5): further addresses whose phones ring beside those of a user.
import { calledParty } from "../location/called-party.ts";
import type { CalledParty } from "../location/called-party.ts";
import { MAX_ALSO, MAX_MEMBERS } from "../policy/forking.ts";
import type { RoutingPolicy } from "../state/routing-policy.ts";
import type { Target } from "../state/target.ts";
import { parseUri } from "../syntax/uri.ts";
import type { World } from "../world.ts";
import type { Search, Targets } from "./target-set.ts";

/** An address that cannot be called is passed over. They share the breadth of the search, as the members of a group do. */
export async function targetsElsewhere(
  { alsoRing = [] }: RoutingPolicy,
  search: Search,
  world: World,
  find: (party: CalledParty, search: Search) => Promise<Targets>,
): Promise<readonly Target[]> {
  const { breadth = MAX_MEMBERS } = search;
  const parties = alsoRing.slice(0, Math.min(breadth, MAX_ALSO)).flatMap((to) => {
    const uri = parseUri(to);
    return (uri?.kind === "sip" ? calledParty(uri, to, world) : undefined) ?? [];
  });
  const within = { ...search, breadth: Math.floor(breadth / Math.max(1, parties.length)) };
  const found = await Promise.all(parties.map((party) => find(party, within)));
  return found.flatMap((one) => (one.kind === "ring" ? one.targets : []));
}
