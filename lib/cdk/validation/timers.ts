import { awsPlatform } from "../../sip/policy/platform.ts";
import type { Settings } from "../../sip/policy/settings.ts";

/** The longest delay of an SQS message. */
const LONGEST_TIMER_SECONDS = awsPlatform.longestTimerSeconds;
/** A phone on a bad line needs some seconds for its handshake and two REGISTERs. */
const SHORTEST_LOGIN_SECONDS = 10;

/** Problems of the times that SQS keeps. */
export function timerProblems(settings: Pick<Settings, "ringSeconds" | "loginSeconds">): string[] {
  return [...ringingProblems(settings), ...loginProblems(settings)];
}

function ringingProblems({ ringSeconds }: Pick<Settings, "ringSeconds">): string[] {
  if (Number.isInteger(ringSeconds) && ringSeconds > 180 && ringSeconds <= LONGEST_TIMER_SECONDS) return [];
  return [
    `ringSeconds is ${ringSeconds}: RFC 3261 §16.6 step 11 wants more than 180, and SQS delays no message longer than ${LONGEST_TIMER_SECONDS}. Set it to 181 to ${LONGEST_TIMER_SECONDS}.`,
  ];
}

function loginProblems({ loginSeconds }: Pick<Settings, "loginSeconds">): string[] {
  const isWhole = Number.isInteger(loginSeconds);
  if (isWhole && loginSeconds >= SHORTEST_LOGIN_SECONDS && loginSeconds <= LONGEST_TIMER_SECONDS) return [];
  return [
    `loginSeconds is ${loginSeconds}: phones need some, and SQS delays no message longer than ${LONGEST_TIMER_SECONDS}. Set it to ${SHORTEST_LOGIN_SECONDS} to ${LONGEST_TIMER_SECONDS}.`,
  ];
}
