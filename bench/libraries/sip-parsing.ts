// sip-parsing has no serializer and decodes no Via: both are done by hand on the lists of its parse, the cheapest way.
import { createRequire } from "node:module";
import type { Facts, Library } from "../library.ts";
import { self } from "../messages/call.ts";

interface Message {
  readonly is_request: boolean;
  readonly first_line: string;
  /** Lower-case names. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body: asking for `body` itself runs through its expressions for variables in a message without a body. */
  readonly $rb?: string;
  readonly $rm: string;
  readonly $rs: string;
  readonly $ru: string;
  readonly $rU?: string;
  readonly $rd?: string;
  readonly $fu: string;
  readonly $fU: string;
  readonly $ft: string;
  readonly $tu: string;
  readonly $tU: string;
  readonly $tt?: string;
  readonly $ci: string;
  readonly $cs: number;
  readonly hdr_via: string;
  readonly hdr_max_forwards?: string;
}

const require = createRequire(import.meta.url);
const { parse }: { readonly parse: (text: string) => Message } = require("sip-parsing");

export const sipParsing: Library = {
  name: "sip-parsing",
  yields: "lines split, names in lower case, Request-URI in parts; the rest when asked; nothing checked, no folding",
  parse,
  decide: (text) => factsOf(parse(text)),
  forward: (text) => forwarded(parse(text)),
  relay(text) {
    const message = parse(text);
    factsOf(message);
    return Buffer.from(forwarded(message));
  },
};

function factsOf(message: Message): Facts {
  const { hdr_max_forwards: maxForwards, hdr_via: via } = message;
  const branch = via.indexOf(";branch=") + 8;
  const end = via.indexOf(";", branch);
  // `$cs` reads the method of a response along with the number
  const { $cs: cseq, $ci: callId } = message;
  const isRequest = message.is_request;
  const uri = isRequest ? message.$ru : undefined;
  const hasUser = uri?.includes("@") ?? false; // it takes a URI without a user apart wrongly
  return {
    start: isRequest ? message.$rm : message.$rs,
    uri,
    user: hasUser ? message.$rU : undefined,
    host: hasUser ? message.$rd : uri?.slice(uri.indexOf(":") + 1),
    fromUri: message.$fu,
    fromUser: message.$fU,
    fromTag: message.$ft,
    toUri: message.$tu,
    toUser: message.$tU,
    toTag: message.$tt,
    callId,
    cseq,
    method: message.$rm,
    branch: via.slice(branch, end < 0 ? undefined : end),
    maxForwards: maxForwards === undefined ? undefined : Number(maxForwards),
    body: message.$rb ?? "",
  };
}

function forwarded({ is_request: isRequest, first_line: startLine, headers, $rb: body = "" }: Message): string {
  let out = `${startLine}\r\n`;
  if (isRequest) out += `via: ${self.via}\r\nrecord-route: ${self.recordRoute}\r\n`;
  let popped = isRequest ? "route" : "via";
  for (const header of headers) {
    const name = header[0];
    const value = header[1];
    if (name === popped && (name === "via" || value === self.route)) popped = "";
    else if (name === "max-forwards") out += `max-forwards: ${Number(value) - 1}\r\n`;
    else out += `${name}: ${value}\r\n`;
  }
  return `${out}\r\n${body}`;
}
