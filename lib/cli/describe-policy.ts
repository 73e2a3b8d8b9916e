// A policy in words, for the operator's tool.
import { TURN_SECONDS } from "../sip/policy/forking.ts";
import type { RoutingPolicy } from "../sip/state/routing-policy.ts";
import type { WatchPolicy } from "../sip/state/watch-policy.ts";
import type { Aor } from "../sip/syntax/aor.ts";
import { describeHttp } from "./http-policy.ts";

export type Policy = RoutingPolicy & WatchPolicy;

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
    alsoRing,
    maxDevices,
    hours,
  } = policy;
  const first =
    aliasOf !== undefined
      ? `another name of ${aliasOf}`
      : group !== undefined
        ? describeGroup(group, policy)
        : http !== undefined
          ? describeHttp(http)
          : "ring";
  return [
    forwarding.always === undefined ? first : `all to ${forwarding.always}`,
    ...(forwarding.busy === undefined ? [] : [`on busy to ${forwarding.busy}`]),
    ...(forwarding.noAnswer === undefined ? [] : [`on no answer to ${forwarding.noAnswer}`]),
    ...(forwarding.unreachable === undefined ? [] : [`when unreachable to ${forwarding.unreachable}`]),
    ...(hours === undefined ? [] : [`open ${hours.open.join(", ")} (${hours.zone})`]),
    ...(forwarding.closed === undefined ? [] : [`outside of the hours to ${forwarding.closed}`]),
    ...(alsoRing === undefined ? [] : [`also ring ${alsoRing.join(", ")}`]),
    ...(maxDevices === undefined ? [] : [`the latest ${maxDevices} devices`]),
    ...(ringSeconds === undefined ? [] : [`${ringSeconds} s of ringing`]),
    ...(busyInCall === true ? ["busy when in a call"] : []),
    ...(doNotDisturb === true ? ["do not disturb"] : []),
    ...(blocked === undefined ? [] : [`blocked: ${blocked.join(", ")}`]),
    ...(routing === "redirect" ? ["by 302 to the caller"] : []),
    ...(watchers === undefined ? [] : [`watched by ${watchers === "contacts" ? contacts.join(", ") : watchers}`]),
  ].join("; ");
}

/** `ring the group alice, bob in turn, 15 s each` */
function describeGroup(group: readonly Aor[], { groupOrder = "all", groupSeconds, groupWeights }: Policy): string {
  const order = {
    all: "",
    "in-turn": " in turn",
    weighted: " by weight",
    "longest-idle": ", the longest idle first",
  }[groupOrder];
  const weights = Object.entries(groupWeights ?? {}).map(([member, weight]) => `${member}=${weight}`);
  return [
    `ring the group ${group.join(", ")}${order}`,
    ...(groupOrder === "weighted" && weights.length > 0 ? [`(${weights.join(", ")})`] : []),
    ...(groupOrder === "all" ? [] : [`${groupSeconds ?? TURN_SECONDS} s each`]),
  ].join(" ");
}
