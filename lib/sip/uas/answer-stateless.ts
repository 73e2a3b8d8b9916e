// Answering without any transaction state (RFC 3261 §8.2.7): refusals, mostly.
import { type Refusal, respond } from "./reply.ts";
import type { SipRequest } from "../syntax/message.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Arrival } from "../transport/incoming.ts";
import { nothing, type Outcome, sendOnly, type World } from "../world.ts";

/** Answers on the flow the request came on. An ACK is never answered (§17). */
export function answerStateless(arrival: Arrival<SipRequest>, refusal: Refusal, world: World): Outcome {
  const { message, flow } = arrival;
  if (message.method === "ACK") return nothing(`ACK not answered: ${refusal.status}`);
  return sendOnly({ to: { flow }, message: respond(message, refusal, answerTag(arrival, world.keys)) });
}
