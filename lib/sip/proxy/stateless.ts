// Forwarding without state (RFC 3261 §16.11): requests within a dialog, their answers and ACKs, and requests with one
// target that no timer of ours must bring to an end. The dialog token is all the memory there is, so none of this reads
// or writes anything while both ends are where they were.
import { createHash } from "node:crypto";
import { answerStateless } from "../uas/answer-stateless.ts";
import { mayUseFrom } from "../auth/from.ts";
import { withoutOurCredentials } from "../auth/credentials.ts";
import type { Essentials } from "../syntax/essentials.ts";
import type { SipRequest, SipResponse } from "../syntax/message.ts";
import { type Parameter, parameter } from "../syntax/parameters.ts";
import { MAGIC_COOKIE, type Via } from "../syntax/via.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import type { Arrival } from "../transport/incoming.ts";
import {
  type Dialog,
  dialogOf,
  fromDialogToken,
  markOf,
  receiverOf,
  rootOf,
  senderOf,
  toDialogToken,
} from "../tokens/dialog-token.ts";
import { type End, isSameDevice } from "../transport/endpoint.ts";
import { SIGNATURE_LENGTH, sign, verify } from "../tokens/signature.ts";
import { nothing, type Outcome, sendOnly, type World } from "../world.ts";
import { withoutClaims } from "./asserted-identity.ts";
import { ourVia } from "../tokens/via-branch.ts";
import type { Target } from "./determine-targets.ts";
import { forwardRequest, recordRoute } from "./forward-request.ts";
import { senderEnd } from "./sender.ts";
import { addressWithin } from "./temporary-gruu.ts";

/** A request that came with our Route: it goes to the other end, and keeps its Request-URI unless that is our invention. */
export async function forwardInDialog(
  arrival: Arrival<SipRequest>,
  dialog: Dialog,
  token: string,
  world: World,
): Promise<Outcome> {
  const to = await otherEnd(arrival.flow, dialog, world);
  if (to === undefined || !isWithin(dialog, arrival.essentials, to, world)) {
    return answerStateless(arrival, { status: 403, reason: "Not Part of This Dialog" }, world);
  }
  const honest = withoutClaims(withoutOurCredentials(arrival.message, world));
  const asked = to === dialog.callee ? "callee" : "caller";
  const via = statelessVia(arrival, { name: DIALOG, value: token }, asked, world);
  const { end, uri } = await addressWithin(arrival.message, to, world);
  const message = forwardRequest(honest, arrival.essentials, { ...(uri !== undefined && { uri }), via });
  return sendOnly({ to: end, message });
}

/** A request out of any dialog to the only target it has. */
export function forwardToOne(arrival: Arrival<SipRequest>, caller: End, target: Target, world: World): Outcome {
  const { message: request, essentials } = arrival;
  const dialog = dialogOf(essentials, caller, target.end);
  const route = recordRoute(request.method, dialog, world);
  const message = forwardRequest(request, essentials, {
    uri: target.uri,
    ...(target.routes && { routes: target.routes }),
    ...(route && { recordRoute: route }),
    via: statelessVia(arrival, { name: HOP, value: toDialogToken(dialog, "hop", world.keys) }, "callee", world),
  });
  return sendOnly({ to: target.end, message });
}

/** The answer to either; `arrival` comes without our Via, which `essentials` still has. */
export async function returnInDialog(arrival: Arrival<SipResponse>, world: World): Promise<Outcome> {
  const { via } = arrival.essentials;
  const dialog = dialogIn(via, world);
  if (dialog === undefined) return nothing("response with a Via we did not make");
  const to = await otherEnd(arrival.flow, dialog, world);
  if (to === undefined) return nothing("response from outside the dialog");
  return wasAsked(via, dialog, to, world)
    ? sendOnly({ to, message: arrival.message })
    : nothing("response from the one who asked");
}

/** Whom a message with this Via of ours came from, when it could not be brought to `to`. */
export function peerOf(to: End, via: Via, world: World): End | undefined {
  const dialog = dialogIn(via, world);
  return dialog && (isSameDevice(to, dialog.callee) ? dialog.caller : dialog.callee);
}

function dialogIn({ parameters }: Via, { keys }: World): Dialog | undefined {
  const [dialog, hop] = [parameter(parameters, DIALOG), parameter(parameters, HOP)];
  if (dialog !== undefined) return fromDialogToken(dialog, "dialog", keys);
  return hop === undefined ? undefined : fromDialogToken(hop, "hop", keys);
}

/**
 * Is this request of the dialog the token was made in? What goes to the caller has From and To turned round. Who does not
 * use the names the dialog began with must use its own (RFC 4916).
 */
function isWithin({ caller, callee, mark, root }: Dialog, essentials: Essentials, to: End, world: World): boolean {
  const [sender, receiver] = [senderOf(essentials), receiverOf(essentials)];
  if (mark === markOf(essentials, sender, receiver)) return isSameDevice(to, callee);
  if (mark === markOf(essentials, receiver, sender)) return isSameDevice(to, caller);

  const isByCaller = root === rootOf(essentials, sender);
  if (!isByCaller && root !== rootOf(essentials, receiver)) return false;
  const [by, other] = isByCaller ? [caller, callee] : [callee, caller];
  return isSameDevice(to, other) && by.aor !== undefined && mayUseFrom(by.aor, essentials.from.uri, world);
}

/** The token proves the dialog, not the sender: who sends must be one end, and reaches only the other. */
async function otherEnd(flow: string, { caller, callee }: Dialog, world: World): Promise<End | undefined> {
  if (flow === caller.flow) return callee;
  if (flow === callee.flow) return caller;
  const sender = await senderEnd(flow, world);
  if (isSameDevice(sender, caller)) return callee;
  return isSameDevice(sender, callee) ? caller : undefined;
}

/** Via parameters that hold the token: of a dialog, or of this one request. */
const DIALOG = "dialog";
const HOP = "hop";

/** §16.11: the same request gets the same branch, so a CANCEL finds its INVITE and a repetition is known as one. */
function statelessVia(arrival: Arrival<SipRequest>, token: Parameter, asked: keyof Ends, world: World) {
  const { method } = arrival.message;
  const id = transactionId(arrival, method === "CANCEL" || method === "ACK" ? "INVITE" : method);
  const hop = createHash("sha256").update(matchingKey(arrival)).digest("base64url").slice(0, 12);
  const name = `${MAGIC_COOKIE}${id}.${hop}`;
  const signature = sign("branch", contentOf(name, token.value, asked), world.keys);
  return ourVia([{ name: "branch", value: `${name}.${signature}` }, token], world);
}

/**
 * Whether our Via says that who answers, the other end than `to`, was asked. The token alone is known to phones, which
 * could make up answers with it. A device that talks to itself is both.
 */
/* mutant: was asked */ function wasAsked(
  { parameters }: Via,
  { caller, callee }: Dialog,
  to: End,
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

type Ends = Pick<Dialog, "caller" | "callee">;

function contentOf(name: string, token: string | undefined, asked: keyof Ends): string {
  return [name, token, asked].join("\n");
}
