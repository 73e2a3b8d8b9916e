// Wrong servers: answers on their way back, and the choice among them.
import { valueOf } from "../sip/message.ts";
import {
  asResponse,
  mapHeader,
  mapLines,
  mapStart,
  popVia,
  withHeader,
  withList,
  withoutHeader,
  withStatus,
} from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, spoils, withholds } from "./kinds.ts";
import { CORE, isFinal, toOthers } from "./traffic.ts";

function isRedirection(text: string): boolean {
  return text.startsWith("SIP/2.0 3");
}

/** Choices among refusals that are all wrong. */
const WRONG: Readonly<Record<number, number>> = {
  302: 486,
  401: 486,
  404: 503,
  415: 486,
  420: 404,
  480: 408,
  484: 480,
  486: 408,
  500: 503,
  600: 302,
  603: 404,
};

export const responseFaults: readonly Fault[] = [
  withholds("no-provisional", "forwards no provisional response", (text) => /^SIP\/2\.0 1(?!00)/.test(text)),
  {
    name: "repeats-refusals",
    title: "forwards a refusal again that a phone repeats",
    fromPhone(text, wire) {
      if (asResponse(text, "INVITE") === undefined) return [text];
      if (wire.own.has(text)) toOthers(popVia(text), wire);
      wire.own.set(text, "");
      return [text];
    },
  },
  withholds("no-100", "sends no 100", (text) => text.startsWith("SIP/2.0 100")),
  spoils("own-words", "writes its own reason phrases", (text) =>
    mapStart(text, (start) => start.replace(/^(SIP\/2\.0 \d{3}).*/, "$1 OK")),
  ),
  spoils(
    "one-refusal",
    "knows one refusal",
    (text) => (isFinal(text) && (asResponse(text)?.status ?? 0) >= 400 ? withStatus(text, 488) : text),
    "INVITE",
    "MESSAGE",
    "INFO",
  ),
  withholds("no-refusals", "sends no refusals", (text) => /^SIP\/2\.0 4(?!01|07)/.test(text)),
  spoils(
    "corrects-contact-back",
    "writes another address into the callee's Contact",
    (text) => mapHeader(text, "contact", (value) => value.replace(/@[^;>]*/, "@192.0.2.9:1234")),
    "INVITE",
  ),
  spoils("keeps-via", "leaves its Via on answers", (text) =>
    withList(text, "via", (vias) => ["SIP/2.0/WSS example.com;branch=z9hG4bKmine", ...vias]),
  ),
  {
    name: "forwards-100",
    title: "forwards the 100 of a phone",
    fromPhone(text, wire) {
      if (text.startsWith("SIP/2.0 100")) toOthers(popVia(text), wire);
      return [text];
    },
  },
  {
    name: "one-2xx",
    title: "forwards one 2xx only",
    toPhone(text, wire) {
      const response = asResponse(text, "INVITE");
      if (response?.status !== 200) return [text];
      const isSecond = wire.own.has(`2xx ${valueOf(response, "call-id")}`);
      wire.own.set(`2xx ${valueOf(response, "call-id")}`, "");
      return isSecond ? [] : [text];
    },
  },
  spoils("strips-answers", "strips headers of answers it does not know", (text) =>
    mapLines(text, (line, name) => (CORE.has(name) ? line : [])),
  ),
  {
    name: "stateless-back",
    title: "forwards every response at once, regardless of its status and sender",
    fromPhone(text, wire) {
      if (asResponse(text) === undefined) return [text];
      toOthers(popVia(text), wire);
      return [];
    },
  },
  {
    name: "twice",
    title: "sends every final response twice",
    toPhone: (text) => (isFinal(text) ? [text, text] : [text]),
  },
  spoils(
    "chooses-badly",
    "chooses the wrong response",
    (text) => {
      const status = asResponse(text)?.status ?? 0;
      const wrong = WRONG[status];
      return wrong === undefined || (status === 401 && text.includes('realm="example.com"'))
        ? text
        : withStatus(text, wrong);
    },
    "INVITE",
  ),
  spoils(
    "one-challenge",
    "forwards one challenge only",
    (text) => {
      let count = 0;
      return mapLines(text, (line) => (/-Authenticate:/i.test(line) && (count += 1) > 1 ? [] : line));
    },
    "INVITE",
  ),
  misforwards("no-reason", "gives no Reason", (text) => withoutHeader(text, "reason"), "CANCEL"),
  misforwards(
    "wrong-reason",
    "says that every call was completed elsewhere",
    (text) => withHeader(text, "Reason: SIP;cause=200"),
    "CANCEL",
  ),
  spoils("no-contacts", "takes the contacts off a 3xx", (text) =>
    isRedirection(text) ? withoutHeader(text, "contact") : text,
  ),
  spoils(
    "same-tag",
    "writes one To tag for all phones",
    (text) => mapHeader(text, "to", (value) => value.replace(/;tag=.*/, ";tag=one-for-all")),
    "INVITE",
  ),
  spoils(
    "rings-redirected",
    "does not redirect",
    (text) => (isRedirection(text) ? withStatus(text, 480) : text),
    "INVITE",
  ),
  spoils(
    "no-preference",
    "redirects without saying what is preferred",
    (text) => (isRedirection(text) ? text.replace(/;q=[\d.]+/g, "") : text),
    "INVITE",
  ),
  spoils(
    "redirects-to-itself",
    "redirects to what was called",
    (text) => (isRedirection(text) ? mapHeader(text, "contact", () => `<${/^To: <([^>]*)>/m.exec(text)?.[1]}>`) : text),
    "INVITE",
  ),
  spoils(
    "redirects-nowhere",
    "redirects to an address without a phone",
    (text) => (isRedirection(text) ? mapHeader(text, "contact", () => "<sip:nobody-there@example.com>;q=0.5") : text),
    "INVITE",
  ),
];
