// A response that this server generates (RFC 3261 §8.2.6).
import { type RefusalCode, refusals } from "../reasons.ts";
import { utf8Length } from "../syntax/body.ts";
import { field, type HeaderField, type SipRequest, type SipResponse, valueOf } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { hasParameter } from "../syntax/parameters.ts";
import { reasonPhrase, type Status } from "./reason-phrase.ts";

export interface Reply {
  readonly status: Status;
  /** Instead of the usual reason phrase. */
  readonly phrase?: string;
  readonly fields?: readonly HeaderField[];
  /** Its Content-Type is among the fields. */
  readonly body?: string;
  /** Why the request is refused; absent for a 2xx. */
  readonly why?: RefusalCode;
  /** For the log, beside the sentence of `why`. */
  readonly detail?: string;
}

/** Codes whose status does not depend on the role of this server. */
type PlainCode = { [C in RefusalCode]: (typeof refusals)[C]["status"] extends Status ? C : never }[RefusalCode];

/** The refusal with this code. `more` overrides the phrase and adds header fields. */
export function refusal(why: PlainCode, more: Omit<Reply, "status" | "why"> = {}): Reply {
  const known: { readonly status: Status; readonly phrase?: string } = refusals[why];
  return { status: known.status, ...(known.phrase !== undefined && { phrase: known.phrase }), why, ...more };
}

/** §8.2.6.2: copied from the request, byte for byte and in order. */
const COPIED = new Set(["via", "from", "to", "call-id", "cseq"]);

/** `toTag` is added to a To without a tag; a 100 needs none. */
export function respond(request: SipRequest, reply: Reply, toTag?: string): SipResponse {
  const fields: HeaderField[] = [];
  for (const copied of request.fields) {
    if (copied.name === "to" && toTag !== undefined) fields.push(withTag(copied, toTag));
    else if (COPIED.has(copied.name)) fields.push(copied);
    else if (copied.name === "timestamp" && reply.status === 100) fields.push(copied);
  }
  const { body = "" } = reply;
  return {
    kind: "response",
    status: reply.status,
    reason: reply.phrase ?? reasonPhrase(reply.status),
    fields: [...fields, ...(reply.fields ?? []), field("Content-Length", utf8Length(body))],
    body,
  };
}

function withTag(to: HeaderField, tag: string): HeaderField {
  const value = valueOf(to);
  return hasTag(value) ? to : field("To", `${value};tag=${tag}`);
}

/** Quoted text of the display name or of another parameter may look like a tag. */
function hasTag(value: string): boolean {
  const parsed = parseNameAddr(value);
  if (parsed !== undefined) return hasParameter(parsed.parameters, "tag");
  return LOOKS_TAGGED.test(value.slice(value.lastIndexOf(">") + 1));
}

/** In a To that cannot be read, which only a refusal repeats. */
const LOOKS_TAGGED = /;\s*tag\s*=/i;
