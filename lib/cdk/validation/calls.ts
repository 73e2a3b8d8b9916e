import { LONGEST_LIMIT_SECONDS, SHORTEST_LIMIT_SECONDS } from "../../sip/policy/calls.ts";
import { awsPlatform } from "../../sip/policy/platform.ts";
import type { Settings } from "../../sip/policy/settings.ts";

/** A phone needs some seconds for a new connection, its handshake and two REGISTERs. */
const SHORTEST_LOSS_SECONDS = 10;

/** Problems of the settings of answered calls. */
export function callProblems({
  calls,
  lostCallSeconds,
  longestCallSeconds,
}: Pick<Settings, "calls" | "lostCallSeconds" | "longestCallSeconds">): string[] {
  const { longestTimerSeconds } = awsPlatform;
  const isKnown = ["tracked", "stateless"].includes(calls);
  const isTimed = isWithin(lostCallSeconds, SHORTEST_LOSS_SECONDS, longestTimerSeconds);
  const isUnlimited = longestCallSeconds === 0;
  const isLimited = isWithin(longestCallSeconds, SHORTEST_LIMIT_SECONDS, LONGEST_LIMIT_SECONDS);
  return [
    ...(isKnown ? [] : [`calls is "${calls}": it can be "tracked" or "stateless".`]),
    ...(isTimed
      ? []
      : [
          `lostCallSeconds is ${lostCallSeconds}: a phone needs some to reconnect, and SQS delays no message longer than ${longestTimerSeconds}. Set it to ${SHORTEST_LOSS_SECONDS} to ${longestTimerSeconds}.`,
        ]),
    ...(isUnlimited || isLimited
      ? []
      : [
          `longestCallSeconds is ${longestCallSeconds}: set it to 0 for no limit, or to ${SHORTEST_LIMIT_SECONDS} to ${LONGEST_LIMIT_SECONDS}.`,
        ]),
    ...(isLimited && calls === "stateless"
      ? [`longestCallSeconds is ${longestCallSeconds} and calls is "stateless": only tracked calls can be ended.`]
      : []),
  ];
}

function isWithin(seconds: number, least: number, most: number): boolean {
  return Number.isInteger(seconds) && seconds >= least && seconds <= most;
}
