import type { Settings } from "../../sip/policy/settings.ts";

/** Problems of the lockout policy. `longestSeconds` must not exceed `forgetSeconds`, or the counter expires before the lock. */
export function lockoutProblems({ lockout }: Pick<Settings, "lockout">): string[] {
  const { forgetSeconds, ...rules } = lockout;
  const problems: string[] = [];
  for (const [name, { failures, firstSeconds, longestSeconds }] of Object.entries(rules)) {
    if (![failures, firstSeconds, longestSeconds].every((number) => Number.isInteger(number) && number > 0)) {
      problems.push(`lockout.${name} wants whole numbers above zero in failures, firstSeconds and longestSeconds.`);
    } else if (firstSeconds > longestSeconds || longestSeconds > forgetSeconds) {
      problems.push(
        `lockout.${name} wants firstSeconds <= longestSeconds <= lockout.forgetSeconds, but got ${firstSeconds}, ${longestSeconds}, ${forgetSeconds}: the counter would expire before the lock.`,
      );
    }
  }
  if (!Number.isInteger(forgetSeconds) || forgetSeconds > LONGEST_MEMORY_SECONDS) {
    problems.push(`lockout.forgetSeconds is ${forgetSeconds}: set it to ${LONGEST_MEMORY_SECONDS} or less.`);
  }
  return problems;
}

/** One day. */
const LONGEST_MEMORY_SECONDS = 86_400;
