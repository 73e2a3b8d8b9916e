// This server's Via on a statefully forwarded request (RFC 3261 §16.6 step 8): the branch names response context and
// client branch and is signed, so a response with a forged branch costs no read.
import { type HeaderField, field } from "../syntax/message.ts";
import { parameter, type Parameters } from "../syntax/parameters.ts";
import { MAGIC_COOKIE, serializeVia, type Via } from "../syntax/via.ts";
import { SIGNATURE_LENGTH, sign, type SigningKeys, verify } from "./signature.ts";

export interface BranchName {
  /** Id of the response context. */
  readonly context: string;
  /** Index of the client branch in it. */
  readonly index: number;
}

/** @param host the server's name in Via: its first domain */
export function viaOfBranch({ context, index }: BranchName, host: string, keys: SigningKeys): HeaderField {
  const name = `${context}.${index}`;
  return ourVia([{ name: "branch", value: `${MAGIC_COOKIE}${name}.${sign("branch", name, keys)}` }], host);
}

/** RFC 7118 §5.2: a secure WebSocket is `WSS`. */
export function ourVia(parameters: Parameters, host: string): HeaderField {
  return field("Via", serializeVia({ transport: "WSS", host, parameters }));
}

/** Undefined if this server did not make the branch. */
export function branchOf(via: Via, keys: SigningKeys): BranchName | undefined {
  const branch = parameter(via.parameters, "branch") ?? "";
  if (!branch.startsWith(MAGIC_COOKIE)) return undefined;
  const name = branch.slice(MAGIC_COOKIE.length, -(SIGNATURE_LENGTH + 1));
  const match = /^([\w-]+)\.(\d{1,4})$/.exec(name);
  if (match === null || !verify("branch", name, branch.slice(-SIGNATURE_LENGTH), keys)) return undefined;
  const [, context = "", index = ""] = match;
  return { context, index: Number(index) };
}
