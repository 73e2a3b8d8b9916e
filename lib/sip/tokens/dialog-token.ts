// The flow token of RFC 5626 §5.2, widened to both ends of a dialog: Record-Route carries it, Route brings it back, and it
// says where in-dialog messages go without a read. It is valid for its own dialog only and proves nothing about the
// sender, who must be one of its two ends. It is sealed: it must not name a caller that withholds its identity.
import { aorOf } from "../syntax/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { NameAddr } from "../syntax/name-addr.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { hashOf } from "./hash.ts";
import { type Seal, seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";

export interface DialogToken {
  readonly caller: Endpoint;
  readonly callee: Endpoint;
  /** Of Call-ID, caller's tag, and the addresses in From and To. */
  readonly dialogHash: string;
  /** Of Call-ID and caller's tag: addresses may change in a dialog (RFC 4916), these do not (RFC 3261 §12). */
  readonly callHash: string;
  /** The response context of the INVITE, which becomes the row of the call. Present where calls are tracked. */
  readonly call?: string;
  /** The request named the callee's device (RFC 5627), and not its user. */
  readonly isForDevice?: true;
}

type TokenKind = Seal & ("dialog" | "hop");

/** `dialog` is for Record-Route, `hop` for the Via of a single request: one is refused in place of the other. */
export function toDialogToken(token: DialogToken, kind: TokenKind, keys: SigningKeys): string {
  const { caller, callee, dialogHash, callHash, call, isForDevice } = token;
  const fields = [
    ...fieldsOf(caller),
    ...fieldsOf(callee),
    dialogHash,
    callHash,
    ...(call === undefined && isForDevice === undefined ? [] : [call ?? ""]),
    ...(isForDevice === undefined ? [] : ["device"]),
  ];
  return seal(kind, fields.join("\n"), keys);
}

/** Undefined if this server did not make it. */
export function fromDialogToken(text: string, kind: TokenKind, keys: SigningKeys): DialogToken | undefined {
  const fields = unseal(kind, text, keys)?.split("\n");
  if (fields === undefined) return undefined;
  const [dialogHash = "", callHash = "", call = "", device] = fields.slice(6);
  const ends = { caller: toEndpoint(fields.slice(0, 3)), callee: toEndpoint(fields.slice(3, 6)) };
  const isForDevice = device === "device" ? { isForDevice: true as const } : {};
  return { ...ends, dialogHash, callHash, ...(call !== "" && { call }), ...isForDevice };
}

/** The token for the dialog that this request begins. */
export function dialogTokenFor(essentials: Essentials, caller: Endpoint, callee: Endpoint): DialogToken {
  const [sender, receiver] = [senderOf(essentials), receiverOf(essentials)];
  return {
    caller,
    callee,
    dialogHash: dialogHashOf(essentials, sender, receiver),
    callHash: callHashOf(essentials, sender),
  };
}

/** Call-ID, caller's tag and both addresses are those of the token's dialog, in a request of either end. */
export function isOfDialog({ dialogHash }: DialogToken, essentials: Essentials): boolean {
  const [sender, receiver] = [senderOf(essentials), receiverOf(essentials)];
  return (
    dialogHash === dialogHashOf(essentials, sender, receiver) ||
    dialogHash === dialogHashOf(essentials, receiver, sender)
  );
}

/** 96 bits in base64url. */
const HASH_LENGTH = 16;

/** From and To change places in requests of the callee. */
export function dialogHashOf(
  { callId }: Pick<Essentials, "callId">,
  caller: DialogParty,
  callee: Pick<DialogParty, "address">,
): string {
  return hashOf([callId, caller.tag ?? "", caller.address, callee.address], HASH_LENGTH);
}

export function callHashOf({ callId }: Pick<Essentials, "callId">, { tag = "" }: Pick<DialogParty, "tag">): string {
  return hashOf([callId, tag], HASH_LENGTH);
}

/** A From or To reduced to its canonical address and tag; display name and URI parameters vary between requests. */
export interface DialogParty {
  readonly address: string;
  readonly tag: string | undefined;
}

export function senderOf({ from, fromTag }: Essentials): DialogParty {
  return { address: canonical(from), tag: fromTag };
}

export function receiverOf({ to, toTag }: Essentials): DialogParty {
  return { address: canonical(to), tag: toTag };
}

function canonical({ uri, address }: NameAddr): string {
  return aorOf(uri) ?? address.toLowerCase();
}

function fieldsOf({ flow, aor = "", instance = "" }: Endpoint): string[] {
  return [flow, aor, instance];
}

function toEndpoint([flow = "", aor = "", instance = ""]: readonly string[]): Endpoint {
  return { flow, ...(aor !== "" && { aor }), ...(instance !== "" && { instance }) };
}
