// The table of contents: one call per layer of RFC 3261 §5. The layers meet only here.
import type { Aor } from "./syntax/aor.ts";
import { field, type HeaderField, type SipMessage, valueOf, withFields } from "./syntax/message.ts";
import { parseMessage, type SyntaxProblem } from "./syntax/parse.ts";
import { readEssentials } from "./syntax/essentials.ts";
import type { FlowId } from "./transport/endpoint.ts";
import { withReceived } from "./transport/top-via.ts";
import { sign } from "./tokens/signature.ts";
import { proxyRequest } from "./proxy/proxy.ts";
import { processResponse } from "./proxy/process-response.ts";
import { register } from "./registrar/registrar.ts";
import { respond } from "./uas/reply.ts";
import { transactionId } from "./transaction/transaction-id.ts";
import { nothing, type Outcome, sendOnly, type World } from "./world.ts";

/** One WebSocket message as it came in (RFC 7118 §5). */
export interface Frame {
  /** The connection it came on. */
  readonly flow: FlowId;
  readonly text: string;
  /** Who was let in at the door (the `$connect` authorizer), where the deployment asks for a token there. */
  readonly identity?: Aor;
  /** IP address the connection comes from, as the gateway saw it. */
  readonly source?: string;
}

/** A frame climbs the layers and comes back as an outcome. Reads through the world, writes nothing. */
export function receive(frame: Frame, world: World): Promise<Outcome> {
  const parsed = parseMessage(frame.text); // §7 syntax
  if (!parsed.ok) return Promise.resolve(refuseUnreadable(frame, parsed.problem, world));

  const read = readEssentials(parsed.message); // §8.1.1, §16.3 step 1
  if (!read.ok) {
    const problem = { status: 400, reason: read.reason, message: parsed.message } as const;
    return Promise.resolve(refuseUnreadable(frame, problem, world));
  }
  const { essentials } = read;
  if (parsed.message.kind === "response") {
    return processResponse({ message: parsed.message, flow: frame.flow, essentials }, world); // §16.7
  }

  const message = withReceived(parsed.message, essentials.via, frame.source); // §18.2.1 transport
  const { flow, identity, source } = frame;
  const arrival = { message, flow, essentials, ...(identity && { identity }), ...(source && { source }) };
  return message.method === "REGISTER" ? register(arrival, world) : proxyRequest(arrival, world); // §10, §16
}

function refuseUnreadable(frame: Frame, problem: SyntaxProblem, world: World): Outcome {
  return { ...answerUnreadable(frame, problem, world), isUnreadable: true };
}

/** What can be answered is answered, with what could be read of it; an ACK, a response or noise is not. */
function answerUnreadable({ flow }: Frame, { status, reason, message }: SyntaxProblem, world: World): Outcome {
  if (message?.kind !== "request" || message.method === "ACK") return nothing(reason);
  if (!message.fields.some((field) => field.name === "via")) return nothing(`${reason}, and no Via to answer to`);
  const tag = sign("tag", `${message.method} ${message.uri}`, world.keys).slice(0, 12);
  const readable = withFields(message, message.fields.map(withoutNul));
  return sendOnly({ to: { flow }, message: respond(readable, { status, reason }, tag) });
}

/** What we write must be readable whatever it repeats. A line without a name is no field, and is not repeated. */
/* mutant: repeated field */ function withoutNul(from: HeaderField): HeaderField {
  const value = valueOf(from);
  return from.name !== "" && value.includes("\0") ? field(from.name, value.replaceAll("\0", "")) : from;
}

/** Why a request is not even decided on: something failed, or there is too much to do, by its sender or by all. */
export type Breakdown = "failed" | "overloaded";

/** Seconds after which a phone may try again. */
const RETRY_AFTER = 5;

/**
 * The answer to a request that we broke down over (500, §21.5.1) or have no time for (503, §21.5.4; not 429, which wants a
 * Referred-By, RFC 3892 §5), made of the frame alone. An ACK or a response gets none.
 */
export function answerBreakdown({ text, flow }: Frame, breakdown: Breakdown): SipMessage | undefined {
  const parsed = parseMessage(text);
  if (!parsed.ok || parsed.message.kind !== "request" || parsed.message.method === "ACK") return undefined;
  const { message } = parsed;
  const read = readEssentials(message);
  if (!read.ok) return undefined;
  const tag = transactionId({ message, flow, essentials: read.essentials }, message.method).slice(0, 12);
  if (breakdown === "failed")
    return respond(message, { status: 500, fields: [field("Retry-After", RETRY_AFTER)] }, tag);
  return respond(message, { status: 503, fields: [field("Retry-After", RETRY_AFTER + spread(tag))] }, tag);
}

/** 0 to 5 more seconds, so that those who were turned away together do not come back together. */
function spread(tag: string): number {
  return tag.charCodeAt(0) % 6;
}
