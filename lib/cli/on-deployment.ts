// Options that every command on a deployment has, and the way from them to the deployment.
import { type Command, Option } from "commander";
import type { Deployment } from "./deployment.ts";
import { findDeployment } from "./find-deployment.ts";
import type { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";

export interface PlaceOptions {
  readonly local?: string | true;
  readonly stack?: string;
  readonly region?: string;
  readonly domain?: string;
  readonly json?: boolean;
}

export type Act = (deployment: Deployment, output: Output, command: Command) => Promise<void>;

/**
 * Adds the options to a command, which then runs the act on the deployment they name. @param alone does the work where no
 * deployment is needed for it, and says whether it did
 */
export function onDeployment(
  { write, progress }: Terminal,
  command: Command,
  act: Act,
  alone: (output: Output) => boolean = () => false,
): void {
  command
    .addOption(new Option("--local [url]", "the local cloud of this machine (default http://localhost:8080)"))
    .option("--stack <name>", "name of the stack (default SipStack)")
    .option("--region <region>", "AWS Region (default: that of the environment)")
    .option("--domain <domain>", "domain of the users, for a stack without the output Domain")
    .option("--json", "print JSON")
    .action(async () => {
      const { json = false, ...where } = command.opts<PlaceOptions>();
      const output = { isJson: json, write };
      if (alone(output)) return;
      const found = await findDeployment(where);
      const log: Deployment["log"] = async (search) => {
        progress("Searching the log …");
        return found.log(search).finally(() => progress(""));
      };
      await act({ ...found, log }, output, command);
    });
}
