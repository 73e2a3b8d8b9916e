// `users policy`: how calls to an address are routed. A new policy is checked against the other users first.
import { tablesOn } from "../aws/client/dynamodb.ts";
import { getSubscriber, listSubscribers, putPolicy } from "../aws/dynamodb/subscriber.ts";
import { quoted } from "../local/command/printable.ts";
import { forwardProblem } from "../sip/location/forward-target.ts";
import { LONGEST_RING_SECONDS, SHORTEST_RING_SECONDS } from "../sip/policy/own-settings.ts";
import type { RoutingPolicy } from "../sip/state/routing-policy.ts";
import type { Subscriber } from "../sip/state/subscriber.ts";
import { type WatchPolicy, watcherPolicies } from "../sip/state/watch-policy.ts";
import { type Aor, aorOf } from "../sip/syntax/aor.ts";
import { parseUri } from "../sip/syntax/uri.ts";
import { type Address, readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import { describeHttp, httpCallee, type HttpOptions } from "./http-policy.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printResult } from "./output.ts";
import { confirm } from "./prompt.ts";

type Policy = RoutingPolicy & WatchPolicy;

/** The options of `policy set`; an empty text removes a part. */
export interface PolicyOptions extends HttpOptions {
  readonly always?: string;
  readonly busy?: string;
  readonly noAnswer?: string;
  readonly unreachable?: string;
  readonly doNotDisturb?: string;
  readonly block?: string;
  readonly ringSeconds?: string;
  readonly busyInCall?: string;
  readonly routing?: string;
  readonly aliasOf?: string;
  readonly group?: string;
  readonly watchers?: string;
  readonly contacts?: string;
  /** Begins without the present policy. */
  readonly reset?: boolean;
  /** Accepts a forwarding to another domain, which must be a peer. */
  readonly foreign?: boolean;
  /** Agrees to the removal of a policy. */
  readonly yes?: boolean;
}

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
  const policy = changed(present === undefined || options.reset ? {} : policyOf(present), options, domains);
  check(address, policy, users, domains, options.foreign ?? false);
  checkBusyInCall(policy, calls);
  await putPolicy(tablesOn(db), tables.subscribers, address.aor, policy);
  printResult(output, policy, `Calls to ${address.aor}: ${describePolicy(policy)}.`);
}

export function policyOf({ aor: _aor, ha1: _ha1, ha1b: _ha1b, ...policy }: Subscriber): Policy {
  return policy;
}

function changed(present: Policy, options: PolicyOptions, domains: readonly string[]): Policy {
  const { routing, ringSeconds, busyInCall, aliasOf, group, watchers, contacts } = options;
  const members = (list: string) => list.split(",").map((member) => readAddress(member.trim(), domains).aor);
  const { always, busy, noAnswer, unreachable } = {
    ...present.forwarding,
    ...given({
      always: options.always,
      busy: options.busy,
      noAnswer: options.noAnswer,
      unreachable: options.unreachable,
    }),
  };
  const forwarding = {
    ...(always && { always }),
    ...(busy && { busy }),
    ...(noAnswer && { noAnswer }),
    ...(unreachable && { unreachable }),
  };
  const { forwarding: _before, ...rest } = present;
  const next: { -readonly [K in keyof Policy]: Policy[K] } = { ...rest };
  if (routing !== undefined) set(next, "routing", routing === "" ? undefined : readRouting(routing));
  if (ringSeconds !== undefined) set(next, "ringSeconds", ringSeconds === "" ? undefined : readSeconds(ringSeconds));
  if (busyInCall !== undefined) set(next, "busyInCall", readSwitch("busy-in-call", busyInCall) || undefined);
  const { doNotDisturb, block } = options;
  if (doNotDisturb !== undefined) set(next, "doNotDisturb", readSwitch("do-not-disturb", doNotDisturb) || undefined);
  if (block !== undefined) set(next, "blocked", block === "" ? undefined : readBlocked(block, domains));
  if (aliasOf !== undefined) set(next, "aliasOf", aliasOf === "" ? undefined : readAddress(aliasOf, domains).aor);
  if (group !== undefined) set(next, "group", group === "" ? undefined : members(group));
  if (watchers !== undefined) set(next, "watchers", watchers === "" ? undefined : readWatchers(watchers));
  if (contacts !== undefined) set(next, "contacts", contacts === "" ? undefined : members(contacts));
  set(next, "http", httpCallee(present.http, options));
  return { ...next, ...(Object.keys(forwarding).length > 0 && { forwarding }) };
}

function set<K extends keyof Policy>(
  policy: { -readonly [N in keyof Policy]: Policy[N] },
  name: K,
  value: Policy[K] | undefined,
): void {
  if (value === undefined) delete policy[name];
  else policy[name] = value;
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) present[name] = value;
  return present;
}

function readRouting(text: string): "proxy" | "redirect" {
  if (text === "proxy" || text === "redirect") return text;
  throw new CommandError(`--routing is proxy or redirect, not ${quoted(text)}.`, 2);
}

function readWatchers(text: string): (typeof watcherPolicies)[number] {
  const known = watcherPolicies.find((one) => one === text);
  if (known !== undefined) return known;
  throw new CommandError(`--watchers is ${watcherPolicies.join(", ")}, not ${quoted(text)}.`, 2);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= SHORTEST_RING_SECONDS && seconds <= LONGEST_RING_SECONDS) return seconds;
  throw new CommandError(
    `--ring-seconds is a whole number from ${SHORTEST_RING_SECONDS} to ${LONGEST_RING_SECONDS}.`,
    2,
  );
}

function readSwitch(name: string, text: string): boolean {
  if (text === "on" || text === "off" || text === "") return text === "on";
  throw new CommandError(`--${name} is on or off, not ${quoted(text)}.`, 2);
}

/** Users of this deployment by name, others by their URI; `*@domain` is a whole domain. */
function readBlocked(list: string, domains: readonly string[]): readonly string[] {
  return list.split(",").map((entry) => {
    const text = entry.trim();
    const uri = parseUri(text.includes("@") && !text.startsWith("sip:") ? `sip:${text}` : text);
    const blocked = uri === undefined ? readAddress(text, domains).aor : aorOf(uri);
    if (blocked === undefined)
      throw new CommandError(`${quoted(text)} is not an address: write user or user@domain.`, 2);
    return blocked;
  });
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
  if (policy.group?.includes(address)) throw new CommandError(`${address} cannot be a member of its own group.`);
  for (const uri of Object.values(policy.forwarding ?? {}))
    checkForward(uri, address, users, domains, isForeignAllowed);
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

/** `ring; on busy to sip:carol@example.com` */
export function describePolicy(policy: Policy): string {
  const {
    routing,
    ringSeconds,
    busyInCall,
    doNotDisturb,
    blocked,
    aliasOf,
    group,
    http,
    forwarding = {},
    watchers,
    contacts = [],
  } = policy;
  const first =
    aliasOf !== undefined
      ? `another name of ${aliasOf}`
      : group !== undefined
        ? `ring the group ${group.join(", ")}`
        : http !== undefined
          ? describeHttp(http)
          : "ring";
  return [
    forwarding.always === undefined ? first : `all to ${forwarding.always}`,
    ...(forwarding.busy === undefined ? [] : [`on busy to ${forwarding.busy}`]),
    ...(forwarding.noAnswer === undefined ? [] : [`on no answer to ${forwarding.noAnswer}`]),
    ...(forwarding.unreachable === undefined ? [] : [`when unreachable to ${forwarding.unreachable}`]),
    ...(ringSeconds === undefined ? [] : [`${ringSeconds} s of ringing`]),
    ...(busyInCall === true ? ["busy when in a call"] : []),
    ...(doNotDisturb === true ? ["do not disturb"] : []),
    ...(blocked === undefined ? [] : [`blocked: ${blocked.join(", ")}`]),
    ...(routing === "redirect" ? ["by 302 to the caller"] : []),
    ...(watchers === undefined ? [] : [`watched by ${watchers === "contacts" ? contacts.join(", ") : watchers}`]),
  ].join("; ");
}
