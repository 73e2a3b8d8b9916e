// A command that cannot do its work, and the instructions that known errors become.
import { commandName } from "../../lib/local/command/command-name.ts";
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { AssemblyError } from "../../lib/local/assembly/template.ts";
import { DataInUseError } from "../../lib/local/data-lock.ts";
import { UnknownTargetError } from "../../lib/local/services/throttling.ts";
import { SynthesisError } from "../../lib/local/synthesize.ts";
import { codeOf } from "../../lib/local/system-error.ts";

/** The command cannot do its work; the message says what to do instead. */
export class Refusal extends Error {
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Turns known errors into instructions; other errors pass. */
export function explain({ port, data }: CommandOptions): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) === "EADDRINUSE") {
      const another = `${commandName("start")} --port ${port === 65_535 ? 8080 : port + 1}`;
      throw new Refusal(`\nPort ${port} is taken. Choose another: ${another} (or --port 0 for any free one)`, 1);
    }
    if (codeOf(error) === "EACCES") throw new Refusal(`\nPort ${port} may not be used: ${String(error)}`, 1);
    if (error instanceof DataInUseError) {
      throw new Refusal(`\n--data ${data}: ${error.message}. Stop that one, or give another folder`, 1);
    }
    if (error instanceof UnknownTargetError) throw new Refusal(`\n--throttle: ${error.message}`, 2);
    if (error instanceof SynthesisError) throw new Refusal(`\nThe deployment could not be built:\n${error.message}`, 1);
    if (error instanceof AssemblyError) throw new Refusal(`\nThe deployment cannot run here: ${error.message}`, 1);
    throw error;
  };
}
