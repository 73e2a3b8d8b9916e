// A text on the wire, parsed once: phones react to it, the record contains it, the invariants check it.
import { type Essentials, readEssentials } from "../../../../lib/sip/syntax/essentials.ts";
import type { SipMessage, SipRequest, SipResponse } from "../../../../lib/sip/syntax/message.ts";
import { parameter } from "../../../../lib/sip/syntax/parameters.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";

export interface Wire<M extends SipMessage = SipMessage> {
  readonly text: string;
  readonly message: M;
  readonly essentials: Essentials;
  readonly callId: string;
  /** Of the topmost Via. */
  readonly branch: string;
  /** Of the CSeq. */
  readonly method: string;
  readonly cseq: number;
  /** 0 for a request. */
  readonly status: number;
}

/** Undefined for other texts than SIP, such as the gateway's error frame. */
export function readWire(text: string): Wire | undefined {
  const parsed = parseMessage(text);
  const read = parsed.ok ? readEssentials(parsed.message) : undefined;
  if (!parsed.ok || !read?.ok) return undefined;
  const { message } = parsed;
  const { essentials } = read;
  return {
    text,
    message,
    essentials,
    callId: essentials.callId,
    branch: parameter(essentials.via.parameters, "branch") ?? "",
    method: essentials.cseq.method,
    cseq: essentials.cseq.number,
    status: message.kind === "response" ? message.status : 0,
  };
}

export function isRequest(wire: Wire): wire is Wire<SipRequest> {
  return wire.message.kind === "request";
}

export function isResponse(wire: Wire): wire is Wire<SipResponse> {
  return wire.message.kind === "response";
}

/** `INVITE`, `180 INVITE` … */
export function titleOf({ status, method }: Wire): string {
  return status === 0 ? method : `${status} ${method}`;
}
