// sip decodes the headers it knows while it parses and writes them again from objects.
import { createRequire } from "node:module";
import type { Facts, Library } from "../library.ts";
import { self } from "../messages/call.ts";

interface Address {
  readonly name?: string;
  readonly uri: unknown;
  readonly params: Readonly<Record<string, string | null>>;
}

interface Via {
  readonly version: string;
  readonly protocol: string;
  readonly host: string;
  readonly port?: number;
  readonly params: Readonly<Record<string, string | null>>;
}

interface Message {
  readonly method?: string;
  readonly uri?: string;
  readonly status?: number;
  readonly content?: string;
  readonly headers: {
    readonly from: Address & { readonly uri: string };
    readonly to: Address & { readonly uri: string };
    readonly "call-id": string;
    readonly cseq: { readonly seq: number; readonly method: string };
    readonly via: Via[];
    route?: Address[];
    "record-route"?: Address[];
    "max-forwards"?: string | number;
  };
}

interface Uri {
  readonly user?: string;
  readonly host: string;
}

const require = createRequire(import.meta.url);
const sip: {
  readonly parse: (text: string) => Message;
  readonly parseUri: (text: string) => Uri | undefined;
  readonly parseAOR: (data: { s: string; i: number }) => Address;
  readonly stringifyUri: (uri: unknown) => string;
  readonly stringify: (message: Message) => string;
} = require("sip");

const ownVia: Via = {
  version: "2.0",
  protocol: "WSS",
  host: "sip.example.com",
  params: { branch: self.via.slice(self.via.indexOf("=") + 1) },
};
const ownRecordRoute = sip.parseAOR({ s: self.recordRoute, i: 0 });
const ownRoute = self.route.slice(1, -1);

export const sip006: Library = {
  name: "sip",
  yields: "From, To, Contact, Route, CSeq, Via and credentials decoded, all values joined by name",
  parse: sip.parse,
  decide: (text) => factsOf(sip.parse(text)),
  forward: (text) => forwarded(sip.parse(text)),
  relay(text) {
    const message = sip.parse(text);
    factsOf(message);
    return Buffer.from(forwarded(message));
  },
};

function factsOf({ method, uri = "", status, headers, content }: Message): Facts {
  const { from, to, cseq, via } = headers;
  const target = method === undefined ? undefined : sip.parseUri(uri);
  const maxForwards = headers["max-forwards"];
  return {
    start: method ?? String(status),
    ...(target && { uri, user: target.user, host: target.host }),
    fromUri: from.uri,
    fromUser: sip.parseUri(from.uri)?.user ?? "",
    fromTag: from.params["tag"] ?? "",
    toUri: to.uri,
    toUser: sip.parseUri(to.uri)?.user ?? "",
    toTag: to.params["tag"] ?? undefined,
    callId: headers["call-id"],
    cseq: cseq.seq,
    method: cseq.method,
    branch: via[0]?.params["branch"] ?? "",
    maxForwards: maxForwards === undefined ? undefined : Number(maxForwards),
    body: content ?? "",
  };
}

/** Changes the message, which is ours alone. */
function forwarded(message: Message): string {
  const { headers } = message;
  if (message.method === undefined) {
    headers.via.shift();
    return sip.stringify(message);
  }
  headers["max-forwards"] = Number(headers["max-forwards"]) - 1;
  headers.via.unshift(ownVia);
  headers["record-route"] = [ownRecordRoute, ...(headers["record-route"] ?? [])];
  const [top] = headers.route ?? [];
  if (top !== undefined && sip.stringifyUri(top.uri) === ownRoute) headers.route?.shift();
  return sip.stringify(message);
}
