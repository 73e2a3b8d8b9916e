// The order of messages that a phone sends in the same instant (RFC 3261 §12.1, §16.7). They are decided side by side, so that
// one which is quick to decide can overtake the one before it. Two kinds must not: they are decided again after a moment. A
// 2xx that waits costs its reads twice.
import { isPending, type ClientBranch, type ResponseContext } from "../state/response-context.ts";
import type { SipRequest, SipResponse } from "../syntax/message.ts";
import { isInvite } from "./response-context.ts";

/**
 * A 2xx whose caller has no provisional response yet. One that was sent just before would be dropped after the 2xx (§16.7 step
 * 5), with its early media.
 */
export function isAnswerEarly({ status }: SipResponse, context: ResponseContext, branch: ClientBranch): boolean {
  const isAnswer = isInvite(context) && status >= 200 && status < 300;
  return isAnswer && isPending(branch) && (branch.state === "calling" || context.provisional === undefined);
}

/**
 * A request that a callee may send as soon as it has sent the response that begins the dialog (§12.1, RFC 3311 §5.1, RFC 6086
 * §4.2.1). A caller that has not seen the response answers 481, and that ends the dialog (§12.2.1.2).
 */
export function mayPrecedeDialog({ method }: SipRequest): boolean {
  return !AFTER_CALLER.has(method);
}

/** A callee sends these only after a message of its caller that shows that it has the dialog (§14.1, §15, RFC 3262 §3). */
const AFTER_CALLER = new Set(["INVITE", "BYE", "ACK", "CANCEL", "PRACK"]);
