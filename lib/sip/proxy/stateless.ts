// Forwarding without state (RFC 3261 §16.11): requests within a dialog, their responses and ACKs, and requests with one
// target that need no timer. The dialog token holds all that is needed, so nothing is read or written while both ends
// are on the flows that the token names.
import { send } from "../effect.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { wasHeld } from "../location/held-requests.ts";
import { endpointOn } from "../location/reachability.ts";
import { realmOf } from "../policy/settings.ts";
import { refusal } from "../uas/reply.ts";
import { mayUseFrom } from "../auth/from.ts";
import { withoutOurCredentials } from "../auth/credentials.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { SipRequest, SipResponse } from "../syntax/message.ts";
import { hasParameter, type Parameter, parameter } from "../syntax/parameters.ts";
import { MAGIC_COOKIE, type Via } from "../syntax/via.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import {
  callHashOf,
  dialogHashOf,
  type DialogToken,
  dialogTokenFor,
  fromDialogToken,
  receiverOf,
  senderOf,
  toDialogToken,
} from "../tokens/dialog-token.ts";
import { type Endpoint, isSameDevice } from "../transport/endpoint.ts";
import { SIGNATURE_LENGTH, sign, verify } from "../tokens/signature.ts";
import { type World } from "../world.ts";
import { withoutClaims } from "./asserted-identity.ts";
import { ourVia } from "../tokens/via-branch.ts";
import { forwardRequest, recordRoute } from "./forward-request.ts";
import { mayPrecedeDialog } from "./overtaking.ts";
import { addressWithin } from "./dialog-target.ts";
import { hangUp, sessionTimers } from "./end-call.ts";
import { isOfLiveCall } from "./live-call.ts";
import { returnHeld } from "./held-response.ts";
import type { Incoming } from "../transport/incoming.ts";
import { decideAgain, nothing, type Outcome, sendOnly } from "../outcome.ts";
import { LET_PASS_MILLISECONDS } from "../policy/timers.ts";
import type { Target } from "../state/target.ts";
import { hashOf } from "../tokens/hash.ts";

/** A request with this server's Route goes to the other end of the dialog; a temporary GRUU in it becomes the contact. */
export async function forwardInDialog(
  incoming: Incoming<SipRequest>,
  token: DialogToken,
  sealed: string,
  world: World,
): Promise<Outcome> {
  const to = await otherEnd(incoming.flow, token, world);
  const isMember = to !== undefined && isWithin(token, incoming.essentials, to, world);
  if (!isMember || !(await isOfLiveCall(incoming, token, to, world))) {
    return answerStateless(incoming, refusal("not-in-dialog"), world);
  }
  const isEarly = to === token.caller && mayPrecedeDialog(incoming.message);
  if (isEarly && !world.isRetry) return decideAgain(LET_PASS_MILLISECONDS);

  const stripped = withoutClaims(withoutOurCredentials(incoming.message, world));
  const asked = to === token.callee ? "callee" : "caller";
  const via = statelessVia(incoming, { name: DIALOG, value: sealed }, asked, world);
  const { end, uri } = await addressWithin(incoming.message, to, world);
  const message = forwardRequest(stripped, incoming.essentials, { ...(uri !== undefined && { uri }), via });
  const { essentials, flow } = incoming;
  const changes = message.method === "BYE" ? await hangUp(token, essentials, flow, to, world) : [];
  const timers = message.method === "BYE" ? sessionTimers(essentials.toTag ?? "", [end], { isHungUp: true }) : [];
  return { ...sendOnly(send(end, message)), changes, timers };
}

/** A request outside of a dialog, to its only target. */
export function forwardToOne(incoming: Incoming<SipRequest>, caller: Endpoint, target: Target, world: World): Outcome {
  const { message: request, essentials } = incoming;
  const dialog = dialogTokenFor(essentials, caller, target.end);
  const hop = target.dialed === "device" ? { ...dialog, isForDevice: true as const } : dialog;
  const route = recordRoute(request.method, dialog, world);
  const message = forwardRequest(request, essentials, {
    uri: target.uri,
    ...(target.routes && { routes: target.routes }),
    ...(route && { recordRoute: route }),
    via: statelessVia(incoming, { name: HOP, value: toDialogToken(hop, "hop", world.keys) }, "callee", world),
  });
  return sendOnly(send(target.end, message));
}

/** The response to either. The message comes without this server's Via, which `essentials` still has. */
export async function returnInDialog(incoming: Incoming<SipResponse>, world: World): Promise<Outcome> {
  const { via } = incoming.essentials;
  const dialog = dialogIn(via, world);
  if (dialog === undefined) return nothing("response-foreign-via");
  const to = await otherEnd(incoming.flow, dialog, world);
  if (to === undefined) return nothing("response-outside-dialog");
  if (!wasAsked(via, dialog, to, world)) return nothing("response-by-asker");
  const returned = sendOnly(send(to, incoming.message));
  return wasHeld(via)
    ? returnHeld(incoming, to === dialog.caller ? dialog.callee : dialog.caller, returned, world)
    : returned;
}

/** The Via of a request that was forwarded within a dialog. */
export function isInDialog(via: Via | undefined): boolean {
  return via !== undefined && hasParameter(via.parameters, DIALOG);
}

/** The sender of a statelessly forwarded message, recovered from this server's Via. */
export function senderOfForwarded(to: Endpoint, via: Via, world: Pick<World, "keys">): Endpoint | undefined {
  const dialog = dialogIn(via, world);
  return dialog && (isSameDevice(to, dialog.callee) ? dialog.caller : dialog.callee);
}

/** The call of a request that was forwarded within a dialog; undefined where calls are not tracked. */
export function callOfForwarded(via: Via, world: Pick<World, "keys">): string | undefined {
  return dialogIn(via, world)?.call;
}

/** RFC 5627 §3.3: a GRUU means one device, so another one of the user must not get the request. */
export function wasForDevice(via: Via, world: Pick<World, "keys">): boolean {
  return dialogIn(via, world)?.isForDevice === true;
}

function dialogIn({ parameters }: Via, { keys }: Pick<World, "keys">): DialogToken | undefined {
  const [dialog, hop] = [parameter(parameters, DIALOG), parameter(parameters, HOP)];
  if (dialog !== undefined) return fromDialogToken(dialog, "dialog", keys);
  return hop === undefined ? undefined : fromDialogToken(hop, "hop", keys);
}

/**
 * The request belongs to the dialog that the token was made in. In a request of the callee From and To change places. A
 * sender that uses another address than at the dialog's beginning must use its own (RFC 4916).
 */
function isWithin(
  { caller, callee, dialogHash, callHash }: DialogToken,
  essentials: Essentials,
  to: Endpoint,
  world: Pick<World, "settings">,
): boolean {
  const [sender, receiver] = [senderOf(essentials), receiverOf(essentials)];
  if (dialogHash === dialogHashOf(essentials, sender, receiver)) return isSameDevice(to, callee);
  if (dialogHash === dialogHashOf(essentials, receiver, sender)) return isSameDevice(to, caller);

  const isByCaller = callHash === callHashOf(essentials, sender);
  if (!isByCaller && callHash !== callHashOf(essentials, receiver)) return false;
  const [by, other] = isByCaller ? [caller, callee] : [callee, caller];
  return isSameDevice(to, other) && by.aor !== undefined && mayUseFrom(by.aor, essentials.from.uri, world);
}

/** The token proves the dialog, not the sender: the sender must be one end and reaches only the other. */
async function otherEnd(flow: string, { caller, callee }: DialogToken, world: World): Promise<Endpoint | undefined> {
  if (flow === caller.flow) return callee;
  if (flow === callee.flow) return caller;
  const sender = await endpointOn(flow, world);
  if (isSameDevice(sender, caller)) return callee;
  return isSameDevice(sender, callee) ? caller : undefined;
}

/** Via parameters that hold the token: of a dialog, or of this one request. */
const DIALOG = "dialog";
const HOP = "hop";

/** §16.11: the same request gets the same branch, so a CANCEL matches its INVITE and a retransmission is known as one. */
function statelessVia(incoming: Incoming<SipRequest>, token: Parameter, asked: keyof Ends, world: World) {
  const { method } = incoming.message;
  const id = transactionId(incoming, method === "CANCEL" || method === "ACK" ? "INVITE" : method);
  const hop = hashOf([matchingKey(incoming)], 12);
  const name = `${MAGIC_COOKIE}${id}.${hop}`;
  const signature = sign("branch", contentOf(name, token.value, asked), world.keys);
  return ourVia([{ name: "branch", value: `${name}.${signature}` }, token], realmOf(world));
}

/**
 * The signed Via names the responder, the end other than `to`, as the one the request was sent to. The token alone is known
 * to phones, which could make up responses with it. A device that calls itself is both ends.
 */
/* mutant: was asked */ function wasAsked(
  { parameters }: Via,
  { caller, callee }: DialogToken,
  to: Endpoint,
  { keys }: World,
): boolean {
  const branch = parameter(parameters, "branch") ?? "";
  const token = parameter(parameters, DIALOG) ?? parameter(parameters, HOP);
  const name = branch.slice(0, -(SIGNATURE_LENGTH + 1));
  const ends: (keyof Ends)[] = isSameDevice(caller, callee)
    ? ["caller", "callee"]
    : [to === caller ? "callee" : "caller"];
  return ends.some((end) => verify("branch", contentOf(name, token, end), branch.slice(-SIGNATURE_LENGTH), keys));
}

type Ends = Pick<DialogToken, "caller" | "callee">;

function contentOf(name: string, token: string | undefined, asked: keyof Ends): string {
  return [name, token, asked].join("\n");
}
