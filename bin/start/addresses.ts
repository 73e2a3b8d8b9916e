// Addresses of this machine: those that pages may have, and those by which other machines reach it.
import { ANY_PAGE, originProblems } from "../../lib/aws/api-gateway/origins.ts";
import { ownAddresses } from "../../lib/local/command/certificate.ts";
import { commandName } from "../../lib/local/command/command-name.ts";
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { localOrigins } from "../../lib/local/synthesize.ts";
import { Refusal } from "./refusal.ts";

/** Pages of this machine, and those of `--origins`. */
export function pagesOf({ origins, host }: CommandOptions): readonly string[] {
  const [problem] = originProblems(origins);
  if (problem !== undefined) throw new Refusal(`--origins ${problem} See: ${commandName("start")} --help`, 2);
  const own = otherMachines(host).flatMap((address) => [`http://${address}:*`, `https://${address}:*`]);
  return origins.includes(ANY_PAGE) ? origins : [...localOrigins, ...own, ...origins];
}

/** Addresses by which other machines reach this one; none while it listens on the loopback interface only. */
export function otherMachines(host: string): readonly string[] {
  if (host === "0.0.0.0" || host === "::") return ownAddresses();
  return ["localhost", "127.0.0.1", "::1"].includes(host) ? [] : [host];
}
