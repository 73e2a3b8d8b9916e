// Responses without transaction state (RFC 3261 §8.2.7): refusals, mostly.
import { send } from "../effect.ts";
import { nothing, type Outcome, sendOnly } from "../outcome.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { SigningKeys } from "../tokens/signature.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { type Reply, respond } from "./reply.ts";

/** Answers on the flow the request came on. An ACK is never answered (§17). */
export function answerStateless(
  incoming: Incoming<SipRequest>,
  reply: Reply,
  { keys }: { readonly keys: SigningKeys },
): Outcome {
  const { message, flow } = incoming;
  if (message.method === "ACK") return nothing("ack-not-answered", String(reply.status));
  const outcome = sendOnly(send({ flow }, respond(message, reply, answerTag(incoming, keys))));
  const { why: code, detail } = reply;
  return code === undefined ? outcome : { ...outcome, reason: { code, ...(detail !== undefined && { detail }) } };
}
