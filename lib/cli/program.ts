// The command `sip-serverless`: its help, its commands and its exit codes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import tab from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";
import { printable } from "../local/command/printable.ts";
import { packageRoot } from "../package-root.ts";
import { addCallCommands } from "./call-commands.ts";
import { CommandError } from "./command-error.ts";
import { addExamples } from "./examples.ts";
import { addMessageCommands } from "./message-commands.ts";
import type { Terminal } from "./terminal.ts";
import { addUserCommands } from "./user-commands.ts";

/** Commands that read their own options. */
export type OtherCommands = Readonly<
  Record<string, { readonly description: string; readonly run: () => Promise<unknown> }>
>;

/** Runs a command line. Resolves to the exit code: 0 done, 1 failed, 2 the command line is wrong. */
export async function runCommand(
  words: readonly string[],
  terminal: Terminal,
  others: OtherCommands = {},
): Promise<number> {
  try {
    await createProgram(terminal, others).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Error)) throw error;
    const isExpected = error instanceof CommandError;
    terminal.writeError(`${isExpected ? "" : `${error.name}: `}${printable(error.message)}\n`);
    return isExpected ? error.exitCode : 1;
  }
}

/** All commands. */
export function createProgram(terminal: Terminal, others: OtherCommands = {}): Command {
  const { write: writeOut, writeError: writeErr } = terminal;
  const program = new Command("sip-serverless")
    .enablePositionalOptions()
    .description("Operates a deployment of sip-serverless, and runs one on this machine.")
    .version(versionOf(packageRoot()), "--version", "print the version")
    .exitOverride()
    .configureOutput({ writeOut, writeErr })
    .showSuggestionAfterError()
    .showHelpAfterError("Add --help for the options.")
    .addHelpText("after", AFTER);
  for (const [name, { description, run }] of Object.entries(others)) {
    const command = program.command(name).description(description).argument("[options...]");
    command.helpOption(false).allowUnknownOption().allowExcessArguments();
    command.action(async () => void (await run()));
  }
  addUserCommands(program, terminal);
  addCallCommands(program, terminal);
  addMessageCommands(program, terminal);
  tab(program); // the command `complete`, which the scripts of the shells call too
  addExamples(program);
  return program;
}

function versionOf(root: string): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return version;
}

const AFTER = `
Every command but start, phone, forecast and complete works on a deployment: the stack SipStack of your AWS account and Region, another
one by --stack and --region, or the local cloud by --local. AWS credentials come from the environment, as for the AWS CLI.

Examples:
  sip-serverless users add alice --local         adds alice to the local cloud
  sip-serverless phones --stack Phones           lists the phones that are registered
  sip-serverless calls --failed --since 1d       lists the calls of a day that failed
  sip-serverless trace CALL-ID                   shows a call message by message
  sip-serverless doctor                          tries the deployment out

Exit codes: 0 done, 1 failed, 2 the command line is wrong. Before a step that cannot be undone a command asks; --yes agrees.`;
