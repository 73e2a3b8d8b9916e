// `users policy`: how calls to an address are routed. A new policy is checked against the other users first.
import { tablesOn } from "../aws/client/dynamodb.ts";
import { getSubscriber, listSubscribers, putPolicy } from "../aws/dynamodb/subscriber.ts";
import { quoted } from "../local/command/printable.ts";
import { forwardProblem } from "../sip/location/forward-target.ts";
import type { RoutingPolicy } from "../sip/state/routing-policy.ts";
import type { Subscriber } from "../sip/state/subscriber.ts";
import type { Aor } from "../sip/syntax/aor.ts";
import { type Address, readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { describePolicy, type Policy } from "./describe-policy.ts";
import { type Output, printResult } from "./output.ts";
import { changedPolicy, type PolicyOptions } from "./policy-options.ts";
import { confirm } from "./prompt.ts";

export async function getPolicy({ db, tables, domains }: Deployment, text: string, output: Output): Promise<void> {
  const { aor } = readAddress(text, domains);
  const found = await getSubscriber(tablesOn(db), tables.subscribers, aor);
  if (found === undefined) throw new CommandError(`There is no user, alias or group ${aor}. List them: users list`);
  printResult(output, policyOf(found), `Calls to ${aor}: ${describePolicy(policyOf(found))}.`);
}

export async function setPolicy(
  { db, tables, domains, calls }: Deployment,
  text: string,
  options: PolicyOptions,
  output: Output,
): Promise<void> {
  if (Object.keys(options).filter((name) => name !== "foreign" && name !== "yes").length === 0) {
    throw new CommandError("Give what to set, such as --busy sip:bob@example.com, or --reset to remove the policy.", 2);
  }
  const address = readAddress(text, domains);
  const users = new Map<Aor, Subscriber>();
  for await (const subscriber of listSubscribers(db, tables.subscribers)) users.set(subscriber.aor, subscriber);
  const present = users.get(address.aor);
  const opensName = Boolean(options.aliasOf ?? options.group ?? options.http);
  if (present === undefined && !opensName) {
    throw new CommandError(
      `There is no user ${address.aor}. Add it: users add ${address.user}. A new name needs --alias-of, --group or --http.`,
    );
  }
  if (present !== undefined && options.reset && Object.keys(policyOf(present)).length > 0) {
    await confirm(`Remove the policy of ${address.aor}: ${describePolicy(policyOf(present))}?`, options.yes ?? false);
  }
  const policy = changedPolicy(present === undefined || options.reset ? {} : policyOf(present), options, domains);
  check(address, policy, users, domains, options.foreign ?? false);
  checkBusyInCall(policy, calls);
  await putPolicy(tablesOn(db), tables.subscribers, address.aor, policy);
  printResult(output, policy, `Calls to ${address.aor}: ${describePolicy(policy)}.`);
}

export function policyOf({ aor: _aor, ha1: _ha1, ha1b: _ha1b, ...policy }: Subscriber): Policy {
  return policy;
}

/** A group and another name are in no call themselves: the policy of a user decides. */
function checkBusyInCall({ busyInCall, group, aliasOf }: RoutingPolicy, calls: Deployment["calls"]): void {
  if (busyInCall !== true) return;
  if (group !== undefined || aliasOf !== undefined) {
    throw new CommandError(
      "--busy-in-call is for users: set it for the members of a group, or for the user of an alias.",
    );
  }
  if (calls !== "stateless") return;
  throw new CommandError('--busy-in-call needs the calls of the users, and this deployment has calls: "stateless".');
}

function check(
  { aor: address }: Address,
  policy: RoutingPolicy,
  users: ReadonlyMap<Aor, Subscriber>,
  domains: readonly string[],
  isForeignAllowed: boolean,
): void {
  const missing = (policy.group ?? []).filter((member) => !users.has(member));
  if (missing.length > 0) throw new CommandError(`The group has members that do not exist: ${missing.join(", ")}.`);
  const strangers = Object.keys(policy.groupWeights ?? {}).filter((member) => !policy.group?.includes(member));
  if (strangers.length > 0) throw new CommandError(`--group-weights names no members: ${strangers.join(", ")}.`);
  if (policy.group?.includes(address)) throw new CommandError(`${address} cannot be a member of its own group.`);
  const targets = [...Object.values(policy.forwarding ?? {}), ...(policy.alsoRing ?? [])];
  for (const uri of targets) checkForward(uri, address, users, domains, isForeignAllowed);
  checkAlias(address, policy.aliasOf, users);
}

function checkForward(
  text: string,
  address: Aor,
  users: ReadonlyMap<Aor, Subscriber>,
  domains: readonly string[],
  isForeignAllowed: boolean,
): void {
  switch (forwardProblem(text, address, domains, (target) => users.has(target))) {
    case "not-sip":
      throw new CommandError(`${quoted(text)} is not a SIP URI: write sip:user@domain.`, 2);
    case "foreign":
      if (isForeignAllowed) return;
      throw new CommandError(
        `${quoted(text)} is in a domain that this deployment does not serve: calls would get 403, unless it is a peer. Then give --foreign.`,
      );
    case "itself":
      throw new CommandError(`${quoted(text)} is the address itself: calls would get 482. Forward to another user.`);
    case "unknown-user":
      throw new CommandError(`There is no user ${quoted(text)} to forward to. List them: users list`);
    case undefined:
      return;
  }
}

/** Follows aliases from the target on. */
function checkAlias(address: Aor, target: Aor | undefined, users: ReadonlyMap<Aor, Subscriber>): void {
  const visited = new Set([address]);
  for (let next = target; next !== undefined; next = users.get(next)?.aliasOf) {
    if (visited.has(next)) throw new CommandError(`The alias leads back to ${next}: calls to it would get 482.`);
    if (!users.has(next)) throw new CommandError(`There is no user ${next} to be another name of.`);
    visited.add(next);
  }
}
