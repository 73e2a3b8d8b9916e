// Forwarding without state (RFC 3261 §16.11): requests within a dialog, their answers and ACKs, and requests with one
// target that no timer of ours must bring to an end. The dialog token is all the memory there is, so none of this reads
// or writes anything while both ends are where they were.
import { createHash } from "node:crypto";
import { refuse } from "../refuse.ts";
import type { SipRequest, SipResponse } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { MAGIC_COOKIE, type Via } from "../syntax/via.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import type { Arrival } from "../transport/arrival.ts";
import { type Dialog, fromDialogToken, toDialogToken } from "../transport/dialog-token.ts";
import { type End, isSameDevice } from "../transport/end.ts";
import { nothing, type Outcome, sendOnly, type World } from "../world.ts";
import { withoutClaims } from "./asserted-identity.ts";
import { ourVia } from "./branch.ts";
import type { Target } from "./determine-targets.ts";
import { forwardRequest, recordRoute } from "./forward-request.ts";
import { senderEnd } from "./sender.ts";

/** A request that came with our Route: it goes to the other end, and keeps its Request-URI. */
export async function forwardInDialog(
  arrival: Arrival<SipRequest>,
  dialog: Dialog,
  token: string,
  world: World,
): Promise<Outcome> {
  const to = await otherEnd(arrival.flow, dialog, world);
  if (to === undefined) return refuse(arrival, { status: 403, reason: "Not Part of This Dialog" }, world);
  const honest = withoutClaims(arrival.message);
  const message = forwardRequest(honest, arrival.essentials, { via: dialogVia(arrival, token, world) });
  return sendOnly({ to, message });
}

/** A request out of any dialog to the only target it has. */
export function forwardToOne(arrival: Arrival<SipRequest>, caller: End, target: Target, world: World): Outcome {
  const token = toDialogToken({ caller, callee: target.end }, world.keys);
  const route = recordRoute(arrival.message.method, token, world);
  const message = forwardRequest(arrival.message, arrival.essentials, {
    uri: target.uri,
    ...(target.routes && { routes: target.routes }),
    ...(route && { recordRoute: route }),
    via: dialogVia(arrival, token, world),
  });
  return sendOnly({ to: target.end, message });
}

/** The answer to either; `arrival` comes without our Via, which `essentials` still has. */
export async function returnInDialog(arrival: Arrival<SipResponse>, world: World): Promise<Outcome> {
  const token = parameter(arrival.essentials.via.parameters, DIALOG);
  const dialog = token === undefined ? undefined : fromDialogToken(token, world.keys);
  if (dialog === undefined) return nothing("response with a Via we did not make");
  const to = await otherEnd(arrival.flow, dialog, world);
  return to === undefined ? nothing("response from outside the dialog") : sendOnly({ to, message: arrival.message });
}

/** Whom a message with this Via of ours came from, when it could not be brought to `to`. */
export function peerOf(to: End, via: Via, world: World): End | undefined {
  const token = parameter(via.parameters, DIALOG);
  const dialog = token === undefined ? undefined : fromDialogToken(token, world.keys);
  return dialog && (isSameDevice(to, dialog.callee) ? dialog.caller : dialog.callee);
}

/** The token proves the dialog, not the sender: who sends must be one end, and reaches only the other. */
async function otherEnd(flow: string, { caller, callee }: Dialog, world: World): Promise<End | undefined> {
  if (flow === caller.flow) return callee;
  if (flow === callee.flow) return caller;
  const sender = await senderEnd(flow, world);
  if (isSameDevice(sender, caller)) return callee;
  return isSameDevice(sender, callee) ? caller : undefined;
}

/** Via parameter that holds the dialog token. */
const DIALOG = "dialog";

/** §16.11: the same request gets the same branch, so a CANCEL finds its INVITE and a repetition is known as one. */
function dialogVia(arrival: Arrival<SipRequest>, token: string, world: World) {
  const { method } = arrival.message;
  const id = transactionId(arrival, method === "CANCEL" || method === "ACK" ? "INVITE" : method);
  const hop = createHash("sha256").update(matchingKey(arrival)).digest("base64url").slice(0, 12);
  return ourVia(
    [
      { name: "branch", value: `${MAGIC_COOKIE}${id}.${hop}` },
      { name: DIALOG, value: token },
    ],
    world,
  );
}
