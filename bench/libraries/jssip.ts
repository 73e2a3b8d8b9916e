// JsSIP is a phone's stack: it parses by a generated grammar and cannot write a received message. The text is therefore
// written here, from its map of raw values.
import { createRequire } from "node:module";
import type { Facts, Library } from "../library.ts";
import { self } from "../messages/call.ts";

interface Address {
  readonly uri: { readonly user?: string; readonly host: string; toString(): string };
}

interface Message {
  readonly method: string;
  readonly ruri?: { readonly user?: string; readonly host: string; toString(): string };
  readonly status_code?: number;
  readonly reason_phrase?: string;
  readonly headers: Readonly<Record<string, { readonly raw: string }[]>>;
  readonly from: Address;
  readonly from_tag: string;
  readonly to: Address;
  readonly to_tag?: string;
  readonly call_id: string;
  readonly cseq: number;
  readonly via_branch: string;
  readonly body: string;
  getHeader(name: string): string | undefined;
}

const require = createRequire(import.meta.url);
const {
  parseMessage,
}: { readonly parseMessage: (text: string, ua: undefined) => Message | undefined } = require("jssip/lib/Parser");

export const jssip: Library = {
  name: "jssip",
  yields: "Via, From, To, Contact, CSeq and more decoded by a full grammar",
  parse,
  decide: (text) => factsOf(parse(text)),
  forward: (text) => forwarded(parse(text)),
  relay(text) {
    const message = parse(text);
    factsOf(message);
    return Buffer.from(forwarded(message));
  },
};

function parse(text: string): Message {
  const message = parseMessage(text, undefined);
  if (message === undefined) throw new Error("jssip does not read this message");
  return message;
}

function factsOf(message: Message): Facts {
  const maxForwards = message.getHeader("max-forwards");
  return {
    start: message.status_code === undefined ? message.method : String(message.status_code),
    ...(message.ruri && { uri: String(message.ruri), user: message.ruri.user, host: message.ruri.host }),
    fromUri: message.from.uri.toString(),
    fromUser: message.from.uri.user ?? "",
    fromTag: message.from_tag,
    toUri: message.to.uri.toString(),
    toUser: message.to.uri.user ?? "",
    toTag: message.to_tag,
    callId: message.call_id,
    cseq: message.cseq,
    method: message.method,
    branch: message.via_branch,
    maxForwards: maxForwards === undefined ? undefined : Number(maxForwards),
    body: message.body,
  };
}

function forwarded({ method, ruri, status_code: status, reason_phrase: reason = "", headers, body }: Message): string {
  const isRequest = status === undefined;
  let out = isRequest ? `${method} ${String(ruri)} SIP/2.0\r\n` : `SIP/2.0 ${status} ${reason}\r\n`;
  if (isRequest) out += `Via: ${self.via}\r\nRecord-Route: ${self.recordRoute}\r\n`;
  let popped = isRequest ? "Route" : "Via";
  for (const [name, values] of Object.entries(headers)) {
    for (const { raw } of values) {
      if (name === popped && (name === "Via" || raw === self.route)) popped = "";
      else if (name === "Max-Forwards") out += `Max-Forwards: ${Number(raw) - 1}\r\n`;
      else out += `${name}: ${raw}\r\n`;
    }
  }
  return `${out}\r\n${body}`;
}
