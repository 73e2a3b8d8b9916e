// Recursion on a 3xx (RFC 3261 §16.7 step 4): its contacts become targets of the request.
import { redirectedTo } from "../location/called-party.ts";
import { MAX_TARGETS } from "../policy/forking.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import { headers, type SipResponse } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import type { World } from "../world.ts";
import { type Alternatives, withTargets } from "./call-forwarding.ts";
import { targetsOf } from "./determine-targets.ts";
import { answer, callersOf, callIdOf, isInvite, newTargets, waitingWith } from "./response-context.ts";
import type { Search, Targets } from "./target-set.ts";

/** A followed 3xx does not count as a response; its branch counts as unavailable if the new targets fail too. */
export async function followRedirect(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  // Read by element and not by `decode`: a malformed contact does not spoil the others.
  const contacts = headers(response, "contact").flatMap(splitList).map(parseNameAddr);
  const parties = redirectedTo(
    contacts.map((contact) => contact?.address ?? ""),
    world,
  );
  const search: Search = {
    visited: [],
    diversions: [],
    isNewCall: isInvite(context),
    callers: callersOf(context),
    callId: callIdOf(context),
  };
  const left = Math.max(0, MAX_TARGETS - context.branches.length - context.waiting.length);
  const found = await Promise.all(parties.slice(0, left).map((party) => targetsOf(party, world, search)));
  const rung = found.filter((one) => one.kind === "ring");
  const added = newTargets(
    context,
    rung.flatMap(({ targets }) => targets),
  ).slice(0, left);
  if (added.length === 0) return { context, received: { response } };
  const [only] = isAlone(context, index) && rung.length === 1 ? rung.filter(hasPolicy) : [];
  const followed = only
    ? withTargets(context, { ...only, targets: added }, world.now)
    : { ...context, waiting: waitingWith(context, added) };
  return { context: followed, received: { response, effective: answer(context, 480) } };
}

/** No other device has the call, so it goes on as one of the user that the contact names. */
function isAlone({ branches, waiting }: ResponseContext, index: number): boolean {
  return waiting.length === 0 && branches.every((branch, at) => at === index || !isPending(branch));
}

/** The user that is rung has forwarded the call, forwards it on a condition, or has a ring time. */
function hasPolicy({ forwarding, ringSeconds, turnSeconds, diversions }: Extract<Targets, { kind: "ring" }>): boolean {
  return (forwarding ?? ringSeconds ?? turnSeconds) !== undefined || diversions.length > 0;
}
