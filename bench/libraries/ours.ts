import { type Facts, type Library } from "../library.ts";
import { self } from "../messages/call.ts";
import { readEssentials } from "../../lib/sip/syntax/essentials.ts";
import { field, header, type SipMessage, withFirst, withFirstValue } from "../../lib/sip/syntax/message.ts";
import { type NameAddr } from "../../lib/sip/syntax/name-addr.ts";
import { parameter } from "../../lib/sip/syntax/parameters.ts";
import { parseMessage } from "../../lib/sip/syntax/parse.ts";
import { serialize } from "../../lib/sip/syntax/serialize.ts";
import { parseUri } from "../../lib/sip/syntax/uri.ts";

export const ours: Library = {
  name: "lib/sip/syntax",
  yields: "start line, every header field found and named, Content-Length checked in octets; the rest when asked",
  parse,
  decide(text) {
    const message = parse(text);
    const read = readEssentials(message);
    if (!read.ok) throw new Error(read.reason);
    const { from, fromTag = "", to, toTag, callId, cseq, via, maxForwards } = read.essentials;
    const uri = message.kind === "request" ? parseUri(message.uri) : undefined;
    return {
      start: message.kind === "request" ? message.method : String(message.status),
      ...(message.kind === "request" && { uri: message.uri }),
      ...(uri?.kind === "sip" && { user: uri.user, host: uri.host }),
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
    } satisfies Facts;
  },
  forward(text) {
    const message = parse(text);
    if (message.kind === "response") return serialize(withFirstValue(message, "via", undefined));

    const hops = Number(header(message, "max-forwards"));
    const isOurs = header(message, "route") === self.route;
    const routed = isOurs ? withFirstValue(message, "route", undefined) : message;
    const counted = withFirstValue(routed, "max-forwards", String(hops - 1));
    const recorded = withFirst(counted, field("Record-Route", self.recordRoute));
    return serialize(withFirst(recorded, field("Via", self.via)));
  },
};

function parse(text: string): SipMessage {
  const parsed = parseMessage(text);
  if (!parsed.ok) throw new Error(parsed.problem.reason);
  return parsed.message;
}

function userOf({ uri }: NameAddr): string {
  return uri.kind === "sip" ? (uri.user ?? "") : "";
}
