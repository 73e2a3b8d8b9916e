import { LONGEST_REGISTRATION_SECONDS } from "../../sip/policy/expiry.ts";
import type { Settings } from "../../sip/policy/settings.ts";

/** Problems of the times and the number of registrations. */
export function registrationProblems({
  registration,
  maxBindings,
  whenFull,
}: Pick<Settings, "registration" | "maxBindings" | "whenFull">): string[] {
  const { min, default: usual, max } = registration;
  const problems: string[] = [];
  if (![min, usual, max].every((seconds) => Number.isInteger(seconds) && seconds > 0)) {
    problems.push("registration wants whole seconds above zero in min, default and max.");
  } else if (min > usual || usual > max) {
    problems.push(`registration wants min <= default <= max, but got ${min}, ${usual}, ${max} seconds.`);
  }
  if (max > LONGEST_REGISTRATION_SECONDS) {
    problems.push(
      `registration.max is ${max} seconds: API Gateway cuts a connection after 600 silent seconds and the refresh must come before. Set it to ${LONGEST_REGISTRATION_SECONDS} or less.`,
    );
  }
  if (!Number.isInteger(maxBindings) || maxBindings < 1 || maxBindings > 100) {
    problems.push(`maxBindings is ${maxBindings}: set it to 1 to 100; a call rings all of them.`);
  }
  if (!["refuse", "replace-oldest"].includes(whenFull)) {
    problems.push(`whenFull is ${JSON.stringify(whenFull)}: set it to "refuse" or "replace-oldest".`);
  }
  return problems;
}
