// This server's Via on a NOTIFY of its own (RFC 3261 §8.1.1.7): the branch names the subscription and is sealed, so a response
// is recognized without a read, and only the phone that got the NOTIFY can write one.
import type { HeaderField } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { MAGIC_COOKIE, type Via } from "../syntax/via.ts";
import { seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";
import { ourVia } from "./via-branch.ts";

/**
 * The effect of a response to the NOTIFY: none; a mark in the row is removed. A 481 is tried once more, for the second and
 * last time. One that is early may come before the 200 to the SUBSCRIBE.
 */
const notifyTries = ["plain", "marked", "first", "second", "early"] as const;

export type NotifyTry = (typeof notifyTries)[number];

export interface NotifyBranch {
  readonly resource: string;
  readonly id: string;
  /** Of its CSeq. */
  readonly number: number;
  readonly attempt: NotifyTry;
}

const PREFIX = `${MAGIC_COOKIE}n.`;

export function viaOfNotify(
  { resource, id, number, attempt }: NotifyBranch,
  host: string,
  keys: SigningKeys,
): HeaderField {
  const content = [resource, id, number, notifyTries.indexOf(attempt)].join("\n");
  return ourVia([{ name: "branch", value: PREFIX + seal("notify", content, keys) }], host);
}

/** Undefined if the branch is not that of a NOTIFY of this server. */
export function notifyBranchOf(via: Via, keys: SigningKeys): NotifyBranch | undefined {
  const branch = parameter(via.parameters, "branch") ?? "";
  const content = branch.startsWith(PREFIX) ? unseal("notify", branch.slice(PREFIX.length), keys) : undefined;
  if (content === undefined) return undefined;
  const [resource = "", id = "", number = "", at = ""] = content.split("\n");
  return { resource, id, number: Number(number), attempt: notifyTries[Number(at)] ?? "plain" };
}
