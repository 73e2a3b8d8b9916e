// The calls that are open, from their rows. Only tracked calls have rows that last.
import type { ResponseContext } from "../sip/state/response-context.ts";
import { unlimited } from "../sip/syntax/limits.ts";
import { header } from "../sip/syntax/message.ts";
import { parseMessage } from "../sip/syntax/parse.ts";

export interface OpenCall {
  /** Of its response context. */
  readonly id: string;
  readonly callId: string;
  /** Addresses of the two ends. */
  readonly caller: string;
  readonly callee: string;
}

/** Undefined for a row whose call was not answered, has ended, or counts as absent. @param now epoch seconds */
export function openCallIn(context: ResponseContext, now: number): OpenCall | undefined {
  const { id, call, caller, branches, expiresAt, request } = context;
  if (call === undefined || call.ended !== undefined || expiresAt <= now) return undefined;
  const parsed = parseMessage(request, unlimited);
  const callId = parsed.ok ? header(parsed.message, "call-id") : undefined;
  if (callId === undefined) return undefined;
  return { id, callId, caller: caller.aor ?? "", callee: branches[call.index]?.target.aor ?? "" };
}
