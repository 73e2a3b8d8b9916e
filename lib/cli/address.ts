// Users as they are written on a command line: `alice`, `alice@example.com` or `sip:alice@example.com`.
import { type Aor, aor } from "../sip/syntax/aor.ts";
import { userNameProblem } from "../sip/syntax/user-name.ts";
import { quoted } from "../local/command/printable.ts";
import { CommandError } from "./command-error.ts";

export interface Address {
  readonly user: string;
  readonly domain: string;
  readonly aor: Aor;
}

/** @param domains those that the deployment serves; the first is meant where none is written */
export function readAddress(text: string, domains: readonly string[]): Address {
  const bare = text.replace(/^sip:/i, "");
  const at = bare.lastIndexOf("@");
  const user = at < 0 ? bare : bare.slice(0, at);
  const domain = (at < 0 ? (domains[0] ?? "") : bare.slice(at + 1)).toLowerCase();
  const problem = userNameProblem(user);
  if (problem !== undefined) throw new CommandError(`USER ${quoted(text)} ${problem}.`, 2);
  if (!domains.includes(domain)) {
    throw new CommandError(
      `${quoted(domain)} is not a domain of this deployment. It serves: ${domains.join(", ")}.`,
      2,
    );
  }
  return { user, domain, aor: aor(user, domain) };
}
