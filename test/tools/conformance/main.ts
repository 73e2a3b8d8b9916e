// The command of `npm run conformance`: judges a SIP-over-WebSocket server from outside and reports in TAP.
import { parseCommand, usage } from "./command.ts";
import { describe, headOf, pointOf, summaryOf } from "./report/tap.ts";
import { NoServerError, type Result, type RunOptions, runChecks } from "./run.ts";

/** Takes the text of the two output streams. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The meaning of a run's exit code. */
const exitCodes = { passed: 0, failed: 1, misuse: 2, noServer: 3 } as const;

/** Resolves with the exit code. */
export async function main(args: readonly string[], { out, err }: Output): Promise<number> {
  const command = parseCommand(args);
  switch (command.kind) {
    case "wrong":
      err(`${command.problem}\n\n${usage}`);
      return exitCodes.misuse;
    case "help":
      out(usage);
      return exitCodes.passed;
    case "list":
      for (const check of command.checks) out(`${describe(check)}\n`);
      return exitCodes.passed;
    case "run":
      return judge(command.options, out);
  }
}

async function judge(options: RunOptions, out: Output["out"]): Promise<number> {
  const { target, accounts, checks } = options;
  const users = accounts.map(({ user }) => user).join(", ");
  out(headOf(checks.length, [`${target.url}, domain ${target.domain}, users ${users}`]));
  let told = 0;
  const onResult = (result: Result): void => out(pointOf(result, (told += 1)));
  try {
    const results = await runChecks({ ...options, onResult });
    out(summaryOf(results));
    return results.some(isFatal) ? exitCodes.failed : exitCodes.passed;
  } catch (error) {
    if (!(error instanceof NoServerError)) throw error;
    out(`Bail out! ${error.message}\n`);
    return exitCodes.noServer;
  }
}

/** A MUST that failed, or a suite that did. */
function isFatal({ check, outcome, waived }: Result): boolean {
  return outcome.kind === "broken" || (outcome.kind === "failed" && check.level === "MUST" && waived === undefined);
}
