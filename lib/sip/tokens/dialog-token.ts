// The flow token of RFC 5626 §5.2, widened to both ends of a dialog: it rides in our Record-Route, comes back in Route,
// and says where in-dialog messages go without a single read. It is good for its own dialog only, and proves nothing about
// who sends it, so the sender must be one of its two ends. It is sealed, because a caller that withholds its identity
// must not be named in it.
import { createHash } from "node:crypto";
import { aorOf } from "../syntax/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { NameAddr } from "../syntax/name-addr.ts";
import type { End } from "../transport/endpoint.ts";
import { type Seal, seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";

export interface Dialog {
  readonly caller: End;
  readonly callee: End;
  /** Of the dialog the token was made in, and of the names in its From and To. */
  readonly mark: string;
  /** Of the dialog alone. */
  readonly root: string;
}

/** `dialog` is for Record-Route, `hop` for the Via of a single request: one cannot be used as the other. */
export function toDialogToken(
  { caller, callee, mark, root }: Dialog,
  kind: Seal & ("dialog" | "hop"),
  keys: SigningKeys,
): string {
  return seal(kind, [...fieldsOf(caller), ...fieldsOf(callee), mark, root].join("\n"), keys);
}

/** Undefined if we did not make it. */
export function fromDialogToken(token: string, kind: Seal & ("dialog" | "hop"), keys: SigningKeys): Dialog | undefined {
  const fields = unseal(kind, token, keys)?.split("\n");
  if (fields === undefined) return undefined;
  const [mark = "", root = ""] = fields.slice(6);
  return { caller: toEnd(fields.slice(0, 3)), callee: toEnd(fields.slice(3, 6)), mark, root };
}

/** The token's content for the dialog that this request begins. */
export function dialogOf(essentials: Essentials, caller: End, callee: End): Dialog {
  const [sender, receiver] = [senderOf(essentials), receiverOf(essentials)];
  return { caller, callee, mark: markOf(essentials, sender, receiver), root: rootOf(essentials, sender) };
}

/**
 * What stays the same in most dialogs (RFC 3261 §12): its Call-ID, the caller's tag, and who calls whom. From and To are
 * turned round in what the callee sends.
 */
export function markOf({ callId }: Pick<Essentials, "callId">, caller: Party, callee: Pick<Party, "address">): string {
  return hash([callId, caller.tag ?? "", caller.address, callee.address]);
}

/** What stays the same in all: names may change (RFC 4916). */
export function rootOf({ callId }: Pick<Essentials, "callId">, { tag = "" }: Pick<Party, "tag">): string {
  return hash([callId, tag]);
}

function hash(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 16);
}

/** From or To of a message: who, without what clients write now so and now so, and tag. */
export interface Party {
  readonly address: string;
  readonly tag: string | undefined;
}

export function senderOf({ from, fromTag }: Essentials): Party {
  return { address: nameOf(from), tag: fromTag };
}

export function receiverOf({ to, toTag }: Essentials): Party {
  return { address: nameOf(to), tag: toTag };
}

function nameOf({ uri, address }: NameAddr): string {
  return aorOf(uri) ?? address.toLowerCase();
}

function fieldsOf({ flow, aor = "", instance = "" }: End): string[] {
  return [flow, aor, instance];
}

function toEnd([flow = "", aor = "", instance = ""]: readonly string[]): End {
  return { flow, ...(aor !== "" && { aor }), ...(instance !== "" && { instance }) };
}
