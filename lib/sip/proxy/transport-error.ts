// RFC 3261 §16.9: a request that could not be handed to the transport counts as answered by the target, with the status
// that says why. Responses and ACKs that reach nobody are dropped, unless they were too large; their senders repeat what
// matters.
import { respond } from "../uas/reply.ts";
import { readEssentials } from "../syntax/essentials.ts";
import type { SipRequest } from "../syntax/message.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import { withoutTopVia } from "../transport/top-via.ts";
import { nothing, type Outcome, type Send, type SendFailure, sendOnly, type World } from "../world.ts";
import { alternativesToAbsence } from "./alternatives.ts";
import { answerInstead } from "./answer-too-large.ts";
import { feedBranch } from "./advance-branch.ts";
import { answer, outcomeOf, unchanged } from "./response-context.ts";
import { peerOf } from "./stateless.ts";

/** Nobody is registered there any more; too large for the platform; a phone that takes in too slowly; ourselves. */
const statusOf: Readonly<Record<SendFailure, number>> = {
  gone: 480,
  "too large": 513,
  busy: 480,
  failed: 500,
};

/** RFC 5626 §5.3: the flow that a token named is gone. Unlike 481 it leaves the dialog standing. */
const FLOW_FAILED = 430;

export async function processTransportError(send: Send, failure: SendFailure, world: World): Promise<Outcome> {
  if (send.branch !== undefined) return failBranch(send.branch, statusOf[failure], world);
  if (send.message.kind === "response" && failure === "too large") {
    const instead = answerInstead(send.message);
    if (instead !== undefined) return sendOnly({ to: send.to, message: instead });
  }
  if (send.message.kind !== "request" || send.message.method === "ACK") return nothing(`undeliverable: ${failure}`);
  return answerSender(send, send.message, failure, world);
}

async function failBranch(
  branch: { readonly context: string; readonly index: number },
  status: number,
  world: World,
): Promise<Outcome> {
  const { context } = await world.look({ context: branch.context });
  if (context === undefined) return nothing("undeliverable request of a forgotten context");
  const { context: prepared, received } = await alternativesToAbsence(
    context,
    branch.index,
    answer(context, status),
    world,
  );
  return outcomeOf(context, feedBranch(unchanged(prepared), branch.index, "flow failed", world, received));
}

/** What was forwarded without state still carries its sender in our Via. */
function answerSender(send: Send, forwarded: SipRequest, failure: SendFailure, world: World): Outcome {
  const read = readEssentials(forwarded);
  const sender = read.ok ? peerOf(send.to, read.essentials.via, world) : undefined;
  if (!read.ok || sender === undefined) return nothing(`undeliverable: ${failure}`);
  const isInDialog = read.essentials.toTag !== undefined;
  const status = failure === "gone" && isInDialog ? FLOW_FAILED : statusOf[failure];
  const tag = answerTag({ message: forwarded, flow: sender.flow, essentials: read.essentials }, world.keys);
  const message = respond(withoutTopVia(forwarded), { status }, tag);
  return sendOnly({ to: sender, message });
}
