// An answer of our own to a request (RFC 3261 §8.2.6).
import { reasonPhrase } from "./reason-phrase.ts";
import { utf8Length } from "../syntax/body.ts";
import { field, type HeaderField, type SipRequest, type SipResponse, valueOf } from "../syntax/message.ts";

export interface Refusal {
  readonly status: number;
  /** Instead of the usual phrase. */
  readonly reason?: string;
  readonly fields?: readonly HeaderField[];
  /** Its Content-Type is among the fields. */
  readonly body?: string;
}

/** §8.2.6.2: these are the request's own, byte for byte and in order. */
const COPIED = new Set(["via", "from", "to", "call-id", "cseq"]);

/** `toTag` is put on a To that has none; a 100 needs none. */
export function respond(request: SipRequest, refusal: Refusal, toTag?: string): SipResponse {
  const fields: HeaderField[] = [];
  for (const copied of request.fields) {
    if (copied.name === "to" && toTag !== undefined) fields.push(withTag(copied, toTag));
    else if (COPIED.has(copied.name)) fields.push(copied);
    else if (copied.name === "timestamp" && refusal.status === 100) fields.push(copied);
  }
  const { body = "" } = refusal;
  return {
    kind: "response",
    status: refusal.status,
    reason: refusal.reason ?? reasonPhrase(refusal.status),
    fields: [...fields, ...(refusal.fields ?? []), field("Content-Length", utf8Length(body))],
    body,
  };
}

const HAS_TAG = /;\s*tag\s*=/i;

function withTag(to: HeaderField, tag: string): HeaderField {
  const value = valueOf(to);
  const parameters = value.slice(value.lastIndexOf(">") + 1);
  return HAS_TAG.test(parameters) ? to : field("To", `${value};tag=${tag}`);
}
