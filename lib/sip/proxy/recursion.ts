// Recursion on a 3xx (RFC 3261 §16.7 step 4): its contacts become targets of the request.
import { redirectedTo } from "../location/called-party.ts";
import { MAX_TARGETS } from "../policy/forking.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { headers, type SipResponse } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import type { World } from "../world.ts";
import type { Alternatives } from "./call-forwarding.ts";
import { targetsOf } from "./determine-targets.ts";
import { answer, callersOf, callIdOf, isInvite, newTargets, waitingWith } from "./response-context.ts";
import type { Search } from "./target-set.ts";

/** A followed 3xx does not count as a response; its branch counts as unavailable if the new targets fail too. */
export async function followRedirect(
  context: ResponseContext,
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
  const all = found.flatMap((one) => (one.kind === "ring" ? one.targets : []));
  const added = newTargets(context, all).slice(0, left);
  if (added.length === 0) return { context, received: { response } };
  const waiting = waitingWith(context, added);
  return { context: { ...context, waiting }, received: { response, effective: answer(context, 480) } };
}
