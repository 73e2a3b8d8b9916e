// The targets of a ring group: all devices of all members (RFC 3261 §16.5).
import { MAX_MEMBERS, MAX_TARGETS } from "../policy/forking.ts";
import type { Target } from "../state/target.ts";
import type { Aor } from "../syntax/aor.ts";
import { parseUri } from "../syntax/uri.ts";
import type { Absent, Search, Targets } from "./target-set.ts";

type GroupTargets =
  | { readonly kind: "ring"; readonly targets: readonly Target[]; readonly absent: Absent }
  | Extract<Targets, { kind: "redirect" | "refused" }>;

/**
 * A member without a device is passed over, and so is one that takes no call beside its own; if no device is left and there is
 * such a member, the group is in a call. Nested groups share the breadth of the group as the branches of a fork share
 * its Max-Breadth (RFC 5393 §5.3.3), so the reads stay few however groups are nested.
 */
export async function groupTargets(
  members: readonly Aor[],
  isRedirected: boolean,
  search: Search,
  find: (member: Aor, search: Search) => Promise<Targets>,
): Promise<GroupTargets> {
  if (isRedirected) {
    const contacts = members.filter((member) => parseUri(member) !== undefined).map((member) => `<${member}>`);
    if (contacts.length === 0) return { kind: "refused", why: "empty-group" };
    return { kind: "redirect", status: 300, contacts, diversions: search.diversions };
  }
  const asked = members.slice(0, search.breadth ?? MAX_MEMBERS);
  const breadth = Math.floor((search.breadth ?? MAX_MEMBERS) / Math.max(1, asked.length));
  const found = await Promise.all(asked.map((member) => find(member, { ...search, breadth })));
  const targets = distinct(found.flatMap((one) => (one.kind === "ring" ? one.targets : []))).slice(0, MAX_TARGETS);
  const absent = found.flatMap((one) => (one.kind === "redirect" ? [] : (one.absent ?? [])));
  if (targets.length > 0) return { kind: "ring", targets, absent };
  const isInCall = found.some((one) => one.kind === "refused" && one.why === "in-call");
  return { kind: "refused", why: isInCall ? "in-call" : "empty-group", absent };
}

/** A device that several members share is rung once. */
function distinct(targets: readonly Target[]): readonly Target[] {
  return targets.filter(
    ({ end, uri }, at) => targets.findIndex((one) => one.end.flow === end.flow && one.uri === uri) === at,
  );
}
