// The flow token of RFC 5626 §5.2, widened to both ends of a dialog: it rides in our Record-Route, comes back in Route,
// and says where in-dialog messages go without a single read. It is good for its own dialog only, and proves nothing about
// who sends it, so the sender must be one of its two ends. It is sealed, because a caller that withholds its identity
// must not be named in it.
import { createHash } from "node:crypto";
import { aorOf } from "../location/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { NameAddr } from "../syntax/name-addr.ts";
import type { End } from "./end.ts";
import { type Seal, seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";

export interface Dialog {
  readonly caller: End;
  readonly callee: End;
  /** Of the dialog the token was made in. */
  readonly mark: string;
}

/** `dialog` is for Record-Route, `hop` for the Via of a single request: one cannot be used as the other. */
export function toDialogToken(
  { caller, callee, mark }: Dialog,
  kind: Seal & ("dialog" | "hop"),
  keys: SigningKeys,
): string {
  return seal(kind, [...fieldsOf(caller), ...fieldsOf(callee), mark].join("\n"), keys);
}

/** Undefined if we did not make it. */
export function fromDialogToken(token: string, kind: Seal & ("dialog" | "hop"), keys: SigningKeys): Dialog | undefined {
  const fields = unseal(kind, token, keys)?.split("\n");
  return fields && { caller: toEnd(fields.slice(0, 3)), callee: toEnd(fields.slice(3, 6)), mark: fields[6] ?? "" };
}

/**
 * What stays the same in a dialog (RFC 3261 §12): its Call-ID, the caller's tag, and who calls whom. `from` and `to` are
 * turned round in what the callee sends.
 */
export function markOf({ callId }: Pick<Essentials, "callId">, caller: Party, callee: Pick<Party, "address">): string {
  const content = [callId, caller.tag ?? "", caller.address, callee.address].join("\n");
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
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
