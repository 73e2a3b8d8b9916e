// Our Via on a statefully forwarded request (RFC 3261 §16.6 step 8): the branch names response context and client branch
// and is signed, so an answer that belongs to nothing of ours costs no read.
import { MAGIC_COOKIE, serializeVia, type Via } from "../syntax/via.ts";
import { parameter, type Parameters } from "../syntax/parameters.ts";
import { type HeaderField, field } from "../syntax/message.ts";
import { realmOf } from "../auth/challenge.ts";
import { SIGNATURE_LENGTH, sign, verify } from "./signature.ts";
import type { World } from "../world.ts";

export interface BranchName {
  readonly context: string;
  readonly index: number;
}

export function viaOfBranch({ context, index }: BranchName, world: World): HeaderField {
  const name = `${context}.${index}`;
  return ourVia([{ name: "branch", value: `${MAGIC_COOKIE}${name}.${sign("branch", name, world.keys)}` }], world);
}

/** Via of ours with these parameters; RFC 7118 §5.2: a secure WebSocket is `WSS`. */
export function ourVia(parameters: Parameters, world: World): HeaderField {
  return field("Via", serializeVia({ transport: "WSS", host: realmOf(world), parameters }));
}

export function isOurVia(via: Via, world: World): boolean {
  return via.host === realmOf(world);
}

/** Undefined if the branch is none that we made. */
export function branchOf(via: Via, world: World): BranchName | undefined {
  const branch = parameter(via.parameters, "branch") ?? "";
  if (!branch.startsWith(MAGIC_COOKIE)) return undefined;
  const name = branch.slice(MAGIC_COOKIE.length, -(SIGNATURE_LENGTH + 1));
  const match = /^([\w-]+)\.(\d{1,4})$/.exec(name);
  if (match === null || !verify("branch", name, branch.slice(-SIGNATURE_LENGTH), world.keys)) return undefined;
  const [, context = "", index = ""] = match;
  return { context, index: Number(index) };
}
