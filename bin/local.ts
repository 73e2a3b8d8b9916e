// `npm start`: synthesizes the deployment and runs it on this machine, with a phone page to try it out. Everything that can
// be refused is looked at first, before the code that takes seconds to load and to run.
import { type CommandOptions, parseOptions, usage } from "../lib/local/command/options.ts";
import { printable } from "../lib/local/command/printable.ts";
import { pagesOf } from "./start/addresses.ts";
import { claimData, claimPort, claimReadyFile } from "./start/claims.ts";
import { readSubscribers } from "./start/subscribers.ts";
import { Refusal } from "./start/refusal.ts";

async function start(options: CommandOptions): Promise<void> {
  const listed = readSubscribers(options);
  pagesOf(options);
  await claimPort(options);
  claimData(options);
  claimReadyFile(options.readyFile);
  const { serve } = await import("./start/serve.ts");
  await serve(options, listed);
}

try {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.kind === "wrong") throw new Refusal(parsed.problem, 2);
  if (parsed.kind === "help") process.stdout.write(usage);
  else await start(parsed.options);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${printable(error.message)}\n`);
  process.exitCode = error.exitCode;
}
