// `npm run conformance`: judges a SIP-over-WebSocket server from outside and reports in TAP.
import { parseCommand, usage } from "./command.ts";
import { describe, headOf, pointOf, summaryOf } from "./report/tap.ts";
import { NoServerError, type Result, runChecks } from "./run.ts";

/** The meaning of a run's exit code. */
const exitCodes = { passed: 0, failed: 1, misuse: 2, noServer: 3 } as const;

async function main(): Promise<number> {
  const command = parseCommand(process.argv.slice(2));
  switch (command.kind) {
    case "wrong":
      process.stderr.write(`${command.problem}\n\n${usage}`);
      return exitCodes.misuse;
    case "help":
      process.stdout.write(usage);
      return exitCodes.passed;
    case "list":
      for (const check of command.checks) process.stdout.write(`${describe(check)}\n`);
      return exitCodes.passed;
    case "run":
      return judge(command.options);
  }
}

async function judge(options: Parameters<typeof runChecks>[0]): Promise<number> {
  const { target, accounts, checks } = options;
  const users = accounts.map(({ user }) => user).join(", ");
  process.stdout.write(headOf(checks.length, [`${target.url}, domain ${target.domain}, users ${users}`]));
  let told = 0;
  const onResult = (result: Result): void => void process.stdout.write(pointOf(result, (told += 1)));
  try {
    const results = await runChecks({ ...options, onResult });
    process.stdout.write(summaryOf(results));
    return results.some(isFatal) ? exitCodes.failed : exitCodes.passed;
  } catch (error) {
    if (!(error instanceof NoServerError)) throw error;
    process.stdout.write(`Bail out! ${error.message}\n`);
    return exitCodes.noServer;
  }
}

/** A MUST that failed, or a suite that did. */
function isFatal({ check, outcome, waived }: Result): boolean {
  return outcome.kind === "broken" || (outcome.kind === "failed" && check.level === "MUST" && waived === undefined);
}

process.exitCode = await main();
