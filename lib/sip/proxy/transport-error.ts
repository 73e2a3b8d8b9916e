// RFC 3261 §16.9: a request that could not be handed to the transport counts as answered by its target, with a status
// that names the failure. Responses and ACKs that cannot be delivered are dropped, unless they were too large; their
// senders repeat what matters.
import { type Send, type SendFailure, send } from "../effect.ts";
import { nothing, type Outcome, sendOnly } from "../outcome.ts";
import { storedContext } from "../state/snapshot.ts";
import { readEssentials } from "../syntax/essentials.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import { withoutTopVia } from "../transport/top-via.ts";
import { type Endpoint, type FlowId, NO_FLOW } from "../transport/endpoint.ts";
import type { Status } from "../uas/reason-phrase.ts";
import { respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { keepUnanswered, keepUndelivered } from "./absent.ts";
import { advanceBranch } from "./advance-branch.ts";
import { onFlowGone } from "./call-forwarding.ts";
import { begin } from "./kept-responses.ts";
import { smallerResponse } from "./lean-response.ts";
import { answer } from "./response-context.ts";
import { senderOfForwarded } from "./stateless.ts";
import { outcomeOf } from "./transition-outcome.ts";

const statusOf: Readonly<Record<SendFailure, Status>> = {
  gone: 480,
  "too large": 513,
  busy: 480, // the client reads too slowly
  failed: 500,
};

export async function processTransportError(failed: Send, failure: SendFailure, world: World): Promise<Outcome> {
  const { message, branch, to } = failed;
  if (branch !== undefined) return failBranch(branch, failure, world, to.flow);
  if (message.kind === "response" && failure === "too large") {
    const smaller = smallerResponse(message);
    if (smaller !== undefined) return sendOnly(send(to, smaller));
  }
  if (message.kind !== "request") return nothing("undeliverable", failure);
  const kept = failure === "gone" ? await keepUndelivered(to, message, world) : undefined; // RFC 3428 §7
  if (kept !== undefined) return kept;
  return answerSender(to, message, failure, world);
}

/** @param sentOn the flow that failed; absent if a push did. Another process may have rung the device on a new one. */
export async function failBranch(
  { context: id, index }: BranchName,
  failure: SendFailure,
  world: World,
  sentOn?: FlowId,
): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [id] }), id);
  if (context === undefined) return nothing("context-forgotten");
  const { flow = NO_FLOW } = context.branches[index]?.target ?? {};
  if (sentOn !== undefined && flow !== NO_FLOW && flow !== sentOn) return nothing("undeliverable", failure);
  const response = answer(context, statusOf[failure]);
  const isCalling = context.branches[index]?.state === "calling";
  const kept =
    failure === "gone" && isCalling ? await keepUnanswered(context, index, response, world, true) : undefined;
  const { context: prepared, received } = kept
    ? { context, received: kept.received }
    : await onFlowGone(context, index, response, world);
  const transition = advanceBranch(await begin(prepared, index, world), index, "flow failed", world, received);
  const outcome = outcomeOf(context, transition, failure === "gone" ? "target-gone" : undefined);
  return kept === undefined
    ? outcome
    : {
        ...outcome,
        changes: [...outcome.changes, ...kept.changes],
        effects: [...outcome.effects, ...kept.pushes],
      };
}

/** A request that was forwarded without state still carries its sender in this server's Via. */
export function answerSender(to: Endpoint, forwarded: SipRequest, failure: SendFailure, world: World): Outcome {
  const read = readEssentials(forwarded);
  const isFlowFailed = failure === "gone" && read.ok && read.essentials.toTag !== undefined;
  const status = isFlowFailed ? 430 : statusOf[failure]; // RFC 5626 §5.3: unlike 481 it leaves the dialog standing
  const response = responseToSender(to, forwarded, status, world);
  if (response === undefined) return nothing("undeliverable", failure);
  const code = isFlowFailed ? "flow-failed" : "target-gone";
  return { ...sendOnly(response), ...(failure === "gone" && { reason: { code } }) };
}

/** Undefined for an ACK, and where this server's Via names no sender. */
export function responseToSender(to: Endpoint, forwarded: SipRequest, status: Status, world: World): Send | undefined {
  const read = readEssentials(forwarded);
  const sender = read.ok ? senderOfForwarded(to, read.essentials.via, world) : undefined;
  if (!read.ok || sender === undefined || forwarded.method === "ACK") return undefined;
  const tag = answerTag({ message: forwarded, flow: sender.flow, essentials: read.essentials }, world.keys);
  return send(sender, respond(withoutTopVia(forwarded), { status }, tag));
}
