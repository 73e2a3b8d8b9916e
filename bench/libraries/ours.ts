import { readEssentials } from "../../lib/sip/syntax/essentials.ts";
import { numberOf } from "../../lib/sip/syntax/header-field.ts";
import { field, type SipMessage, valueOf } from "../../lib/sip/syntax/message.ts";
import type { NameAddr } from "../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../lib/sip/syntax/parameters.ts";
import { parseMessage } from "../../lib/sip/syntax/parse.ts";
import { serializeChanged } from "../../lib/sip/syntax/serialize.ts";
import { parseUri } from "../../lib/sip/syntax/uri.ts";
import type { Facts, Library } from "../library.ts";
import { self } from "../messages/call.ts";

export const ours: Library = {
  name: "lib/sip/syntax",
  yields:
    "start line checked, line ends checked, fields found, Content-Length checked in octets; names and values when asked, " +
    "and each field checked with the essentials (in decide and relay)",
  parse,
  decide: (text) => factsOf(parse(text)),
  forward: (text) => forwarded(parse(text)),
  relay(text) {
    const message = parse(text);
    factsOf(message);
    return Buffer.from(forwarded(message));
  },
};

function parse(text: string): SipMessage {
  const parsed = parseMessage(text);
  if (!parsed.ok) throw new Error(parsed.problem.reason);
  return parsed.message;
}

function factsOf(message: SipMessage): Facts {
  const read = readEssentials(message);
  if (!read.ok) throw new Error(read.reason);
  const { from, fromTag = "", to, toTag, callId, cseq, via, maxForwards } = read.essentials;
  const target = message.kind === "request" ? parseUri(message.uri) : undefined;
  return {
    start: message.kind === "request" ? message.method : String(message.status),
    uri: message.kind === "request" ? message.uri : undefined,
    user: target?.kind === "sip" ? target.user : undefined,
    host: target?.kind === "sip" ? target.host : undefined,
    fromUri: from.address,
    fromUser: userOf(from),
    fromTag,
    toUri: to.address,
    toUser: userOf(to),
    toTag,
    callId,
    cseq: cseq.number,
    method: cseq.method,
    branch: parameter(via.parameters, "branch") ?? "",
    maxForwards,
    body: message.body,
  };
}

function userOf({ uri }: NameAddr): string {
  return uri.kind === "sip" ? (uri.user ?? "") : "";
}

function forwarded(message: SipMessage): string {
  const isRequest = message.kind === "request";
  const popped = isRequest ? "route" : "via";
  let isPopped = false;
  let isCounted = !isRequest;
  const added = isRequest ? [field("Via", self.via), field("Record-Route", self.recordRoute)] : [];
  return serializeChanged(message, added, (line) => {
    if (!isCounted && line.is("max-forwards")) {
      isCounted = true;
      return field("Max-Forwards", (numberOf(line) ?? Number.NaN) - 1);
    }
    if (isPopped || !line.is(popped)) return line;
    isPopped = true;
    return isRequest && valueOf(line) !== self.route ? line : undefined;
  });
}
