import type { Settings } from "../../sip/policy/settings.ts";

/** What is wrong with a lockout policy. */
export function lockoutProblems({ lockout }: Pick<Settings, "lockout">): string[] {
  const { forgetSeconds, ...rules } = lockout;
  const problems: string[] = [];
  for (const [name, { failures, firstSeconds, longestSeconds }] of Object.entries(rules)) {
    if (![failures, firstSeconds, longestSeconds].every((number) => Number.isInteger(number) && number > 0)) {
      problems.push(`lockout.${name} wants whole numbers above zero in failures, firstSeconds and longestSeconds.`);
    } else if (firstSeconds > longestSeconds || longestSeconds > forgetSeconds) {
      problems.push(
        `lockout.${name} wants firstSeconds <= longestSeconds <= lockout.forgetSeconds, but got ${firstSeconds}, ${longestSeconds}, ${forgetSeconds}: what is forgotten locks nobody.`,
      );
    }
  }
  if (!Number.isInteger(forgetSeconds) || forgetSeconds > LONGEST_MEMORY_SECONDS) {
    problems.push(`lockout.forgetSeconds is ${forgetSeconds}: set it to ${LONGEST_MEMORY_SECONDS} or less.`);
  }
  return problems;
}

/** A day: whoever comes back after it was not guessing. */
const LONGEST_MEMORY_SECONDS = 86_400;
