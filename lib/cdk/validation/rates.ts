import type { Settings } from "../../sip/policy/settings.ts";

/** Problems of the rates. */
export function rateProblems({ rates }: Pick<Settings, "rates">): string[] {
  const { keys, ...buckets } = rates;
  const problems = Object.entries(buckets)
    .filter(([, { perSecond, burst }]) => !(perSecond > 0 && burst >= 1))
    .map(
      ([name, { perSecond, burst }]) =>
        `rates.${name} is ${perSecond} per second with a burst of ${burst}: every client would be refused. Set perSecond above 0 and burst to 1 or more.`,
    );
  if (!Number.isInteger(keys) || keys < 100 || keys > 100_000) {
    problems.push(`rates.keys is ${keys}: set it to 100 to 100000; each is remembered in a function's memory.`);
  }
  return problems;
}
