// The options of `users policy set`, read and checked one by one.
import { quoted } from "../local/command/printable.ts";
import { LONGEST_TURN_SECONDS, MAX_ALSO, SHORTEST_TURN_SECONDS } from "../sip/policy/forking.ts";
import { LONGEST_RING_SECONDS, MAX_DEVICES, MAX_WINDOWS, SHORTEST_RING_SECONDS } from "../sip/policy/own-settings.ts";
import { hoursProblem } from "../sip/location/hours.ts";
import { isDeviceCount, isRingSeconds } from "../sip/own-settings/whole-numbers.ts";
import { type GroupOrder, groupOrders, type Hours } from "../sip/state/routing-policy.ts";
import { watcherPolicies } from "../sip/state/watch-policy.ts";
import { type Aor, aorOf } from "../sip/syntax/aor.ts";
import { parseUri } from "../sip/syntax/uri.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Policy } from "./describe-policy.ts";
import { httpCallee, type HttpOptions } from "./http-policy.ts";

/** The options of `policy set`; an empty text removes a part. */
export interface PolicyOptions extends HttpOptions {
  readonly always?: string;
  readonly busy?: string;
  readonly noAnswer?: string;
  readonly unreachable?: string;
  readonly closed?: string;
  readonly doNotDisturb?: string;
  readonly block?: string;
  readonly ringSeconds?: string;
  readonly busyInCall?: string;
  readonly routing?: string;
  readonly aliasOf?: string;
  readonly group?: string;
  readonly groupOrder?: string;
  readonly groupSeconds?: string;
  readonly groupWeights?: string;
  readonly alsoRing?: string;
  readonly maxDevices?: string;
  readonly hours?: string;
  readonly zone?: string;
  readonly watchers?: string;
  readonly contacts?: string;
  /** Begins without the present policy. */
  readonly reset?: boolean;
  /** Accepts a forwarding to another domain, which must be a peer. */
  readonly foreign?: boolean;
  /** Agrees to the removal of a policy. */
  readonly yes?: boolean;
}

/** The policy with the parts that are given. */
export function changedPolicy(present: Policy, options: PolicyOptions, domains: readonly string[]): Policy {
  const { routing, ringSeconds, busyInCall, aliasOf, group, watchers, contacts } = options;
  const members = (list: string) => list.split(",").map((member) => readAddress(member.trim(), domains).aor);
  const { always, busy, noAnswer, unreachable, closed } = {
    ...present.forwarding,
    ...given({
      always: options.always,
      busy: options.busy,
      noAnswer: options.noAnswer,
      unreachable: options.unreachable,
      closed: options.closed,
    }),
  };
  const forwarding = {
    ...(always && { always }),
    ...(busy && { busy }),
    ...(noAnswer && { noAnswer }),
    ...(unreachable && { unreachable }),
    ...(closed && { closed }),
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
  const { groupOrder, groupSeconds, groupWeights, alsoRing, maxDevices } = options;
  if (groupOrder !== undefined) set(next, "groupOrder", groupOrder === "" ? undefined : readOrder(groupOrder));
  if (groupSeconds !== undefined) set(next, "groupSeconds", groupSeconds === "" ? undefined : readTurn(groupSeconds));
  if (groupWeights !== undefined) {
    set(next, "groupWeights", groupWeights === "" ? undefined : readWeights(groupWeights, domains));
  }
  if (alsoRing !== undefined) set(next, "alsoRing", alsoRing === "" ? undefined : readUris(alsoRing));
  if (maxDevices !== undefined) set(next, "maxDevices", maxDevices === "" ? undefined : readDevices(maxDevices));
  set(next, "hours", changedHours(present.hours, options));
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
  if (isRingSeconds(seconds)) return seconds;
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

function readOrder(text: string): GroupOrder {
  const known = groupOrders.find((one) => one === text);
  if (known !== undefined) return known;
  throw new CommandError(`--group-order is ${groupOrders.join(", ")}, not ${quoted(text)}.`, 2);
}

function readTurn(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= SHORTEST_TURN_SECONDS && seconds <= LONGEST_TURN_SECONDS) return seconds;
  throw new CommandError(
    `--group-seconds is a whole number from ${SHORTEST_TURN_SECONDS} to ${LONGEST_TURN_SECONDS}.`,
    2,
  );
}

/** `alice=3,bob=1` */
function readWeights(list: string, domains: readonly string[]): Readonly<Record<Aor, number>> {
  return Object.fromEntries(
    list.split(",").map((entry) => {
      const [, member = "", weight = ""] = /^(.+)=(\d{1,3})$/.exec(entry.trim()) ?? [];
      if (Number(weight) < 1) {
        throw new CommandError(
          `--group-weights ${quoted(list)}: write members with 1 to 999, such as alice=3,bob=1.`,
          2,
        );
      }
      return [readAddress(member, domains).aor, Number(weight)];
    }),
  );
}

function readUris(list: string): readonly string[] {
  const uris = list.split(",").map((uri) => uri.trim());
  if (uris.length <= MAX_ALSO) return uris;
  throw new CommandError(`--also-ring takes ${MAX_ALSO} addresses at most. For more make a group: --group.`, 2);
}

function readDevices(text: string): number {
  const devices = Number(text);
  if (isDeviceCount(devices, MAX_DEVICES)) return devices;
  throw new CommandError(`--max-devices is a whole number from 1 to ${MAX_DEVICES}.`, 2);
}

/** `--hours "mon-fri 09:00-17:30, sat 10:00-14:00" --zone Europe/Berlin`; an empty text of `--hours` removes both. */
function changedHours(present: Hours | undefined, { hours, zone }: PolicyOptions): Hours | undefined {
  if (hours === undefined && zone === undefined) return present;
  if (hours === "") return undefined;
  const open = hours === undefined ? present?.open : hours.split(",").map((window) => window.trim());
  if (open === undefined) throw new CommandError('Give the hours too: --hours "mon-fri 09:00-17:30"', 2);
  const wrong = open.find((window) => hoursProblem({ zone: "UTC", open: [window] }) !== undefined);
  if (wrong !== undefined) {
    throw new CommandError(`--hours ${quoted(wrong)}: write days and times, such as "mon-fri 09:00-17:30".`, 2);
  }
  const place = zone || present?.zone;
  if (place === undefined) throw new CommandError("Give the time zone too: --zone Europe/Berlin, or --zone UTC.", 2);
  const next = { zone: place, open };
  switch (hoursProblem(next)) {
    case "windows":
      throw new CommandError(`--hours takes ${MAX_WINDOWS} windows at most.`, 2);
    case "zone":
      throw new CommandError(
        `--zone ${quoted(place)} is not a time zone: write its name, such as Europe/Berlin or UTC.`,
        2,
      );
    case undefined:
      return next;
  }
}
