// Wrong servers: the reading of messages, and answers of their own.
import { valueOf } from "../sip/message.ts";
import {
  answer,
  asRequest,
  headOf,
  mapHeader,
  mapLines,
  partsOf,
  withHeader,
  withList,
  withoutHeader,
} from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { refuses, spoils } from "./kinds.ts";

export const messageFaults: readonly Fault[] = [
  refuses("case-sensitive", "knows header names in their usual spelling only", (text) =>
    /^(?:vIA|FROM|to|cSEQ)\s*:/m.test(headOf(text)),
  ),
  refuses("no-compact", "knows no compact header names", (text) => /^[vftiml]\s*:/m.test(headOf(text))),
  refuses("no-folding", "cannot read folded header fields", (text) => /\r\n[ \t]/.test(headOf(text))),
  refuses("naive-quotes", "takes a comma in a display name for the end of the element", (text) =>
    /^From: "[^"]*,/m.test(headOf(text)),
  ),
  {
    name: "blind-relay",
    title: "sends requests to all other phones without checking them",
    fromPhone(text, wire) {
      const message = /^(?:REGISTER|SIP\/2\.0) /.test(text) ? undefined : text;
      if (message === undefined) return [text];
      for (const other of wire.others()) other.reply(message);
      return [];
    },
  },
  {
    name: "corrects-length",
    title: "does not believe Content-Length",
    fromPhone: (text) => [mapHeader(text, "content-length", () => String(Buffer.byteLength(partsOf(text).body)))],
  },
  spoils("changes-from-tag", "changes the From tag in answers", (text) =>
    mapHeader(text, "from", (value) => value.replace(/;tag=.*/, ";tag=other")),
  ),
  spoils("one-via", "keeps the topmost Via only in answers", (text) =>
    withList(text, "via", (vias) => vias.slice(0, 1)),
  ),
  spoils("plain-addresses", "writes addresses without display name and parameters", (text) =>
    mapLines(text, (line, name) =>
      name === "from" || name === "to" ? line.replace(/:.*?</, ": <").replace(/>.*?(;tag=|$)/, ">$1") : line,
    ),
  ),
  spoils("no-to-tag", "puts no To tag on its answers", (text) =>
    mapHeader(text, "to", (value) => value.replace(/;tag=.*/, "")),
  ),
  spoils("own-to-tag", "puts its own To tag on every answer", (text) =>
    mapHeader(text, "to", (value) => value.replace(/(;tag=.*)?$/, ";tag=mine")),
  ),
  spoils("no-timestamp", "forgets the Timestamp", (text) => withoutHeader(text, "timestamp")),
  {
    name: "ignores-require",
    title: "ignores Require",
    fromPhone: (text) => [withoutHeaderOf(text, "REGISTER", "require")],
  },
  spoils("calls-all-unsupported", "names every tag of Require in Unsupported", (text) =>
    /^Unsupported:/m.test(text) ? mapHeader(text, "unsupported", (value) => `outbound, ${value}`) : text,
  ),
  refuses("checks-require", "checks Require although it is a proxy", (text) => /^Require:/m.test(headOf(text)), 420),
  refuses("bare-405", "refuses methods without Allow", (text) => text.startsWith("WOBBLE "), 405),
  spoils(
    "bare-options",
    "says nothing about itself in its answer to OPTIONS",
    (text) => withoutHeader(text, "accept", "supported"),
    "OPTIONS",
  ),
  spoils("allows", "writes Allow into its answer to OPTIONS", (text) => withHeader(text, "Allow: INVITE"), "OPTIONS"),
  {
    name: "swallows-merged",
    title: "swallows a request that comes by a second way",
    fromPhone(text, wire) {
      const invite = asRequest(text, "INVITE");
      const key = invite && `${valueOf(invite, "call-id")} ${valueOf(invite, "cseq")}`;
      if (key === undefined) return [text];
      const isMerged = wire.own.has(key);
      wire.own.set(key, "");
      return isMerged ? [] : [text];
    },
  },
  {
    name: "answers-ack",
    title: "answers an ACK",
    fromPhone(text, wire) {
      const ack = asRequest(text, "ACK");
      if (ack !== undefined) wire.reply(answer(ack, 481));
      return [text];
    },
  },
  refuses(
    "case-sensitive-domain",
    "knows its domain in small letters only",
    (text) => /^\S+ sips?:\S*EXAMPLE/.test(text) || /^To:.*EXAMPLE/m.test(headOf(text)),
    404,
  ),
];

function withoutHeaderOf(text: string, method: string, ...names: readonly string[]): string {
  return asRequest(text, method) === undefined ? text : withoutHeader(text, ...names);
}
