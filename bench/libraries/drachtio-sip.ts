// drachtio-sip joins the values of a header by commas and writes them back as they came; decoding is a call per header.
import { createRequire } from "node:module";
import type { Facts, Library } from "../library.ts";
import { self } from "../messages/call.ts";

interface Address {
  readonly uri: string;
  readonly params: Readonly<Record<string, string | undefined>>;
}

interface Decoded {
  from: Address;
  to: Address;
  cseq: { readonly seq: number; readonly method: string };
  via: readonly { readonly params: Readonly<Record<string, string | undefined>> }[];
}

interface Message {
  readonly method?: string;
  readonly status?: number;
  readonly uri?: string;
  readonly body?: string;
  readonly headers: Record<string, string | undefined>;
  get(name: string): string | undefined;
  getParsedHeader<N extends keyof Decoded>(name: N): Decoded[N];
  toString(): string;
}

const require = createRequire(import.meta.url);
const {
  SipMessage,
  parser,
}: {
  readonly SipMessage: new (text: string) => Message;
  readonly parser: { parseUri(text: string): { readonly user?: string; readonly host: string } | undefined };
} = require("drachtio-sip");

export const drachtioSip: Library = {
  name: "drachtio-sip",
  yields: "a map of header values joined by commas; body cut and split if it is multipart",
  parse: (text) => new SipMessage(text),
  decide: (text) => factsOf(new SipMessage(text)),
  forward: (text) => forwarded(new SipMessage(text)),
  relay(text) {
    const message = new SipMessage(text);
    factsOf(message);
    return Buffer.from(forwarded(message));
  },
};

function factsOf(message: Message): Facts {
  const from = message.getParsedHeader("from");
  const to = message.getParsedHeader("to");
  const cseq = message.getParsedHeader("cseq");
  const target = message.uri === undefined ? undefined : parser.parseUri(message.uri);
  const maxForwards = message.get("max-forwards");
  return {
    start: message.method ?? String(message.status),
    ...(target && { uri: message.uri, user: target.user, host: target.host }),
    fromUri: from.uri,
    fromUser: parser.parseUri(from.uri)?.user ?? "",
    fromTag: from.params["tag"] ?? "",
    toUri: to.uri,
    toUser: parser.parseUri(to.uri)?.user ?? "",
    toTag: to.params["tag"],
    callId: message.get("call-id") ?? "",
    cseq: cseq.seq,
    method: cseq.method,
    branch: message.getParsedHeader("via")[0]?.params["branch"] ?? "",
    maxForwards: maxForwards === undefined ? undefined : Number(maxForwards),
    body: message.body ?? "",
  };
}

/** Changes the message, which is ours alone. */
function forwarded(message: Message): string {
  const { headers } = message;
  if (message.method === undefined) {
    const vias = headers["via"] ?? "";
    headers["via"] = vias.slice(vias.indexOf(",") + 1);
    return message.toString();
  }
  headers["max-forwards"] = String(Number(headers["max-forwards"]) - 1);
  headers["via"] = prepend(self.via, headers["via"]);
  headers["record-route"] = prepend(self.recordRoute, headers["record-route"]);
  const { route } = headers;
  if (route === self.route) delete headers["route"];
  else if (route?.startsWith(`${self.route},`)) headers["route"] = route.slice(self.route.length + 1);
  return message.toString();
}

/** No Via and no route of the mix has a comma of its own. */
function prepend(value: string, others: string | undefined): string {
  return others === undefined ? value : `${value},${others}`;
}
