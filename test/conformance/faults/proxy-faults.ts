// Wrong servers: what a proxy does with requests and their answers.
import { branchOf, tagIn } from "../sip/address.ts";
import { callIdOf, listOf, readMessage, type SipMessage, valueOf } from "../sip/message.ts";
import {
  answer,
  asRequest,
  asResponse,
  headOf,
  mapHeader,
  mapLines,
  mapStart,
  nameOf,
  partsOf,
  popVia,
  withBody,
  withHeader,
  withList,
  withoutHeader,
  withStatus,
  withUri,
} from "./edit.ts";
import type { Fault, Wire } from "./faulty-server.ts";
import { misforwards, misreads, refuses, spoils, swallows, withholds } from "./kinds.ts";

function isInDialog(message: SipMessage | undefined): boolean {
  return message !== undefined && tagIn(message, "to") !== "";
}

function isFinal(text: string, ...methods: readonly string[]): boolean {
  const response = asResponse(text, ...methods);
  return response !== undefined && response.status >= 200;
}

function isRedirection(text: string): boolean {
  return text.startsWith("SIP/2.0 3");
}

/** Requests of RFC 3261 itself. */
const BASIC = new Set(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER"]);

const CORE = new Set([
  "via",
  "from",
  "to",
  "call-id",
  "cseq",
  "max-forwards",
  "contact",
  "route",
  "record-route",
  "content-type",
  "content-length",
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "expires",
  "supported",
  "require",
  "unsupported",
  "date",
  "path",
  "service-route",
  "flow-timer",
  "min-expires",
  "proxy-require",
  "timestamp",
]);

/** Sends a text to everybody else of this check. */
function toOthers(text: string, wire: Wire): void {
  for (const other of wire.others()) other.reply(text);
}

/** Remembers the INVITE as it went to a phone. */
function rememberInvite(text: string, wire: Wire): void {
  const invite = asRequest(text, "INVITE", "MESSAGE");
  if (invite !== undefined) wire.own.set(`request ${callIdOf(invite)}`, text);
}

/** The CANCEL a proxy would send for a request it forwarded. */
function cancelFor(text: string): string {
  const message = readMessage(text);
  const cseq = Number.parseInt(message === undefined ? "0" : valueOf(message, "cseq"), 10);
  const head = partsOf(text);
  const kept = head.lines.filter((line) => ["from", "to", "call-id"].includes(nameOf(line)));
  const via = message === undefined ? "" : (listOf(message, "via")[0] ?? "");
  return [
    head.start.replace(/^\S+/, "CANCEL"),
    `Via: ${via}`,
    ...kept,
    `CSeq: ${cseq} CANCEL`,
    "Max-Forwards: 70",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
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

export const proxyFaults: readonly Fault[] = [
  swallows("swallows-cancel", "swallows CANCEL", (text) => text.startsWith("CANCEL ")),
  swallows(
    "swallows-in-dialog-cancel",
    "swallows CANCEL within a call",
    (text) => text.startsWith("CANCEL ") && isInDialog(readMessage(text)),
  ),
  {
    name: "cancels-for-the-phone",
    title: "answers 487 itself as soon as a CANCEL comes",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      if (cancel !== undefined)
        wire.reply(mapHeader(answer(cancel, 487), "cseq", (value) => value.replace("CANCEL", "INVITE")));
      return [text];
    },
  },
  misforwards(
    "new-cancel-branch",
    "sends CANCEL with a branch of its own",
    (text) => text.replace(/branch=z9hG4bK/, "branch=z9hG4bKnew"),
    "CANCEL",
  ),
  {
    name: "eager-cancel",
    title: "passes every CANCEL on at once, whomever it is from and whatever it belongs to",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      for (const other of cancel === undefined ? [] : [wire, ...wire.others()]) {
        const request = other.own.get(`request ${callIdOf(cancel ?? never())}`);
        if (request !== undefined) other.reply(cancelFor(request));
      }
      return [text];
    },
    toPhone(text, wire) {
      rememberInvite(text, wire);
      return [text];
    },
  },
  swallows("deaf-to-100", "does not hear the 100 of a phone", (text) => text.startsWith("SIP/2.0 100")),
  {
    name: "cancel-is-final",
    title: "swallows a 2xx after a CANCEL",
    fromPhone(text, wire) {
      const request = asRequest(text, "CANCEL");
      if (request !== undefined)
        for (const one of [wire, ...wire.others()]) one.own.set(`cancelled ${callIdOf(request)}`, "");
      const response = asResponse(text, "INVITE", "MESSAGE");
      const isLate = response?.status === 200 && wire.own.has(`cancelled ${callIdOf(response)}`);
      return isLate ? [] : [text];
    },
  },
  {
    name: "one-cancel",
    title: "answers the first CANCEL of a call only, and cancels one phone only",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      if (cancel === undefined) return [text];
      const isSecond = wire.own.has("cancel");
      wire.own.set("cancel", "");
      return isSecond ? [] : [text];
    },
    toPhone(text, wire) {
      if (asRequest(text, "CANCEL") === undefined) return [text];
      const isSecond = wire.shared.has("cancel");
      wire.shared.set("cancel", "");
      return isSecond ? [] : [text];
    },
  },
  {
    name: "cancel-end-to-end",
    title: "forwards the phone's answer to CANCEL",
    fromPhone(text, wire) {
      const cancel = asRequest(text, "CANCEL");
      if (cancel !== undefined) wire.shared.set("cancel via", valueOf(cancel, "via"));
      if (asResponse(text, "CANCEL") !== undefined)
        toOthers(
          withList(text, "via", () => [wire.shared.get("cancel via") ?? ""]),
          wire,
        );
      return [text];
    },
  },
  withholds("no-cancel-down", "sends no CANCEL to phones", (text) => text.startsWith("CANCEL ")),

  misforwards("strict-record-route", "record-routes without lr", (text) =>
    mapHeader(text, "record-route", (value) => value.replace(/;lr\b/g, "")),
  ),
  spoils("no-record-route-back", "takes the route set off answers", (text) => withoutHeader(text, "record-route")),
  misforwards(
    "no-subscribe-route",
    "does not record-route a SUBSCRIBE",
    (text) => withoutHeader(text, "record-route"),
    "SUBSCRIBE",
  ),
  misforwards("keeps-route", "leaves the Route on requests", (text) =>
    withHeader(text, "Route: <sip:left-over.invalid;lr>"),
  ),
  withholds(
    "withholds-ack",
    "acknowledges no refusal",
    (text) => asRequest(text, "ACK") !== undefined && listOf(readMessage(text) ?? never(), "via").length === 1,
  ),
  withholds("withholds-all-acks", "passes no ACK", (text) => text.startsWith("ACK ")),
  misforwards("no-body", "loses bodies", (text) => withBody(text, "")),
  misforwards("ascii-body", "takes bodies for ASCII", (text) =>
    withBody(text, partsOf(text).body.replace(/[^\x00-\x7f]/g, "?")),
  ),
  misforwards("trims-body", "trims bodies", (text) => withBody(text, partsOf(text).body.trim())),
  misforwards("cuts-body", "cuts bodies at 4 KB", (text) => withBody(text, partsOf(text).body.slice(0, 4096))),
  misforwards("first-part", "keeps the first part of a body only", (text) =>
    withBody(text, partsOf(text).body.split("\r\n--")[0] ?? ""),
  ),
  misforwards("counts-characters", "counts characters in Content-Length", (text) =>
    withHeader(withoutHeader(text, "content-length"), `Content-Length: ${partsOf(text).body.length}`),
  ),
  {
    name: "one-way",
    title: "lets only the caller speak within a call",
    fromPhone(text, wire) {
      const request = asRequest(text);
      if (request === undefined || request.method === "ACK") return [text];
      return isInDialog(request) && wire.own.has(`request ${callIdOf(request)}`) ? [] : [text];
    },
    toPhone(text, wire) {
      if (!isInDialog(readMessage(text))) rememberInvite(text, wire);
      return [text];
    },
  },
  misforwards("aor-in-dialog", "sends requests within a call to the address-of-record", (text) =>
    isInDialog(readMessage(text)) ? withUri(text, "sip:somebody@example.com") : text,
  ),
  withholds("no-provisional", "forwards no provisional response", (text) => /^SIP\/2\.0 1(?!00)/.test(text)),
  {
    name: "quiet-reinvite",
    title: "forwards no provisional response within a call",
    fromPhone(text, wire) {
      const invite = asRequest(text, "INVITE");
      if (isInDialog(invite)) wire.own.set(`again ${callIdOf(invite ?? never())}`, "");
      return [text];
    },
    toPhone(text, wire) {
      const response = asResponse(text, "INVITE");
      const isQuiet = response !== undefined && response.status < 200 && wire.own.has(`again ${callIdOf(response)}`);
      return isQuiet ? [] : [text];
    },
  },
  {
    name: "strict-flows",
    title: "lets a phone speak on the connection only that a call began on",
    fromPhone(text, wire) {
      const message = readMessage(text);
      if (message === undefined || message.method === "REGISTER") return [text];
      const key = `call ${callIdOf(message)}`;
      const isNew = message.kind === "request" && !isInDialog(message);
      if (isNew) wire.own.set(key, "");
      return wire.own.has(key) ? [text] : [];
    },
    toPhone(text, wire) {
      const message = readMessage(text);
      if (message?.kind === "request") wire.own.set(`call ${callIdOf(message)}`, "");
      return [text];
    },
  },
  {
    name: "relays-in-dialog",
    title: "sends requests within calls to everybody else, whoever they are from",
    fromPhone(text, wire) {
      const request = asRequest(text);
      if (request === undefined || request.method === "ACK" || !isInDialog(request)) return [text];
      toOthers(text, wire);
      return [];
    },
  },
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
  misforwards(
    "new-ack-branch",
    "sends ACK with a branch of its own",
    (text) => text.replace(/branch=z9hG4bK/, "branch=z9hG4bKnew"),
    "ACK",
  ),
  refuses("basic-only", "knows the methods of RFC 3261 only", (text) => !BASIC.has(text.split(" ")[0] ?? ""), 405),
  swallows("swallows-bye", "swallows BYE", (text) => text.startsWith("BYE ")),
  {
    name: "answers-options",
    title: "answers OPTIONS itself wherever it goes",
    fromPhone(text, wire) {
      const options = asRequest(text, "OPTIONS");
      if (options === undefined || !isInDialog(options)) return [text];
      wire.reply(answer(options, 200));
      return [];
    },
  },
  spoils("own-words", "writes its own reason phrases", (text) =>
    mapStart(text, (start) => start.replace(/^(SIP\/2\.0 \d{3}).*/, "$1 OK")),
  ),
  {
    name: "one-call-a-time",
    title: "lets a phone make one call at a time",
    fromPhone(text, wire) {
      const invite = asRequest(text, "INVITE");
      if (invite === undefined || isInDialog(invite)) return [text];
      const first = wire.own.get("call") ?? callIdOf(invite);
      wire.own.set("call", first);
      if (first === callIdOf(invite)) return [text];
      wire.reply(answer(invite, 486));
      return [];
    },
  },
  misforwards(
    "wrong-to-tag",
    "changes To tags within a call",
    (text) => mapHeader(text, "to", (value) => value.replace(/;tag=/, ";tag=x")),
    "BYE",
  ),

  misreads("never-tired", "does not look at Max-Forwards", (text) =>
    mapHeader(text, "max-forwards", (value) => (value === "0" ? "70" : value)),
  ),
  refuses("tired-early", "gives up at Max-Forwards 1", (text) => /^Max-Forwards: 1\r/m.test(text), 483),
  misforwards("no-countdown", "does not count Max-Forwards down", (text) =>
    mapHeader(text, "max-forwards", (value) => String(Number(value) + 1)),
  ),
  misforwards("no-max-forwards", "adds no Max-Forwards", (text) => withoutHeader(text, "max-forwards")),
  misreads(
    "routes-by-to",
    "looks at To instead of the Request-URI",
    (text) => {
      const to = /^To: <([^>]*)>/m.exec(text)?.[1];
      return to === undefined ? text : withUri(text, to);
    },
    "MESSAGE",
  ),
  misreads("ignores-proxy-require", "ignores Proxy-Require", (text) => withoutHeader(text, "proxy-require")),
  refuses("pedantic", "refuses malformed headers it has no use for", (text) => /^Alert-Info: <<</m.test(text)),
  misreads("believes-uris", "makes headers of what stands behind the question mark of a URI", (text) => {
    const subject = /^\S+ \S*[?&]Subject=([^&\s]*)/.exec(text)?.[1];
    return subject === undefined
      ? text
      : withHeader(
          mapStart(text, (start) => start.replace(/\?\S*/, "")),
          `Subject: ${subject}`,
        );
  }),
  misreads(
    "blind-to-loops",
    "does not see loops",
    (text) =>
      listOf(readMessage(text) ?? never(), "via").length > 2
        ? mapHeader(
            withList(text, "via", (vias) => vias.slice(0, 1)),
            "from",
            (value) => `${value}l`,
          )
        : text,
    "INVITE",
  ),
  refuses(
    "no-routes",
    "refuses requests with a Route",
    (text) => /^Route:/m.test(headOf(text)) && !isInDialog(readMessage(text)),
    403,
  ),
  misreads("skips-routes", "does not look at Route", (text) =>
    isInDialog(readMessage(text)) ? text : withoutHeader(text, "route"),
  ),
  refuses("loose-only", "does not know strict routers", (text) => /^\S+ sip:\S*;lr\b/.test(text), 404),
  spoils(
    "one-refusal",
    "knows one refusal",
    (text) => (isFinal(text) && (asResponse(text)?.status ?? 0) >= 400 ? withStatus(text, 488) : text),
    "INVITE",
    "MESSAGE",
    "INFO",
  ),
  withholds("no-refusals", "sends no refusals", (text) => /^SIP\/2\.0 4(?!01|07)/.test(text)),
  refuses(
    "no-uri-parameters",
    "knows no one whose URI has parameters",
    (text) => /^MESSAGE sip:\S*;unknown/.test(text),
    404,
  ),
  {
    name: "not-to-oneself",
    title: "delivers nothing to the user who sends",
    fromPhone(text, wire) {
      const message = asRequest(text, "MESSAGE");
      if (message === undefined || !valueOf(message, "from").includes(message.uri)) return [text];
      wire.reply(answer(message, 482));
      return [];
    },
  },

  misforwards("keeps-uri", "does not replace the Request-URI", (text) =>
    withUri(text, /^(?:To|t): <([^>]*)>/m.exec(text)?.[1] ?? "sip:x"),
  ),
  misforwards("uri-with-headers", "puts the contact's headers into the Request-URI", (text) =>
    mapStart(text, (start) => start.replace(/ SIP/, "?Subject=x SIP")),
  ),
  misforwards("no-cookie", "makes branches without the magic cookie", (text) =>
    text.replace(/branch=z9hG4bK/, "branch="),
  ),
  misforwards("hides-vias", "hides where a request came from", (text) =>
    withList(text, "via", (vias) => vias.slice(0, 2)),
  ),
  {
    name: "same-branch",
    title: "makes the same branch for every phone and request",
    toPhone(text, wire) {
      const request = asRequest(text);
      if (request === undefined) return [text];
      const branch = branchOf(request);
      wire.own.set(`branch ${callIdOf(request)} ${valueOf(request, "cseq")}`, branch);
      return [text.replace(branch, "z9hG4bKalways-this")];
    },
    fromPhone(text, wire) {
      const response = asResponse(text);
      const branch = response && wire.own.get(`branch ${callIdOf(response)} ${valueOf(response, "cseq")}`);
      return [branch === undefined ? text : text.replace("z9hG4bKalways-this", branch)];
    },
  },
  {
    name: "new-call-id",
    title: "changes the Call-ID a little",
    toPhone: (text) => [
      asRequest(text) === undefined ? text : mapHeader(text, "call-id", (value) => value.toLowerCase()),
    ],
  },
  misforwards("core-only", "strips headers it does not know", (text) =>
    mapLines(text, (line, name) => (CORE.has(name) ? line : [])),
  ),
  misforwards("tidy", "writes headers its own way", (text) =>
    mapLines(text, (line) =>
      line
        .replace(
          /^([^:]*?)\s*:\s*/,
          (_all, name: string) => `${name.replace(/(^|-)(\w)/g, (found) => found.toUpperCase())}: `,
        )
        .replace(/[ \t]+/g, " "),
    ),
  ),
  misforwards("cuts-folds", "keeps the first line of a folded header", (text) =>
    mapLines(text, (line) => line.split("\r\n")[0] ?? ""),
  ),
  misforwards("one-record-route", "replaces Record-Route", (text) =>
    withList(text, "record-route", (routes) => routes.slice(0, 1)),
  ),
  misforwards("corrects-contact", "writes another address into the caller's Contact", (text) =>
    mapHeader(text, "contact", (value) => value.replace(/@[^;>]*/, "@192.0.2.9:1234")),
  ),
  spoils(
    "corrects-contact-back",
    "writes another address into the callee's Contact",
    (text) => mapHeader(text, "contact", (value) => value.replace(/@[^;>]*/, "@192.0.2.9:1234")),
    "INVITE",
  ),
  {
    name: "broadcasts-requests",
    title: "sends requests to every connection",
    toPhone(text, wire) {
      if (asRequest(text) !== undefined) toOthers(text, wire);
      return [text];
    },
  },
  refuses("no-anonymity", "lets nobody hide", (text) => /^From:.*anonymous\.invalid/m.test(text), 403),

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
    title: "forwards every response at once, whatever it is and whoever sends it",
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

  {
    name: "rings-one",
    title: "rings one phone only",
    toPhone(text, wire) {
      const invite = asRequest(text, "INVITE", "MESSAGE");
      if (invite === undefined) return [text];
      const isSecond = wire.shared.has(`rung ${callIdOf(invite)}`);
      wire.shared.set(`rung ${callIdOf(invite)}`, "");
      return isSecond ? [] : [text];
    },
  },
  {
    name: "rings-on",
    title: "rings the next phone whatever the first one said",
    fromPhone(text, wire) {
      const response = asResponse(text, "INVITE");
      const invite = response && wire.own.get(`request ${callIdOf(response)}`);
      if (invite !== undefined && isFinal(text)) toOthers(invite, wire);
      return [text];
    },
    toPhone(text, wire) {
      rememberInvite(text, wire);
      return [text];
    },
  },
  spoils(
    "same-tag",
    "writes one To tag for all phones",
    (text) => mapHeader(text, "to", (value) => value.replace(/;tag=.*/, ";tag=one-for-all")),
    "INVITE",
  ),
  misforwards("no-breadth", "knows nothing of Max-Breadth", (text) => withoutHeader(text, "max-breadth")),
  misreads("unlimited-breadth", "does not look at Max-Breadth", (text) => withoutHeader(text, "max-breadth")),
  misforwards("any-breadth", "passes any Max-Breadth", (text) => mapHeader(text, "max-breadth", () => "1000000")),

  {
    name: "no-transactions",
    title: "takes a repeated request for a new one",
    fromPhone(text, wire) {
      const request = asRequest(text, "INVITE", "MESSAGE");
      if (request === undefined) return [text];
      const isAgain = wire.own.has(text);
      wire.own.set(text, "");
      return [
        isAgain ? mapHeader(text.replace(/branch=z9hG4bK/, "branch=z9hG4bKr"), "from", (value) => `${value}r`) : text,
      ];
    },
  },
  {
    name: "answers-once",
    title: "absorbs repeated requests without an answer",
    fromPhone(text, wire) {
      const request = asRequest(text, "INVITE");
      if (request === undefined) return [text];
      const isAgain = wire.own.has(text);
      wire.own.set(text, "");
      return isAgain ? [] : [text];
    },
  },
  {
    name: "forwards-ack",
    title: "forwards every ACK",
    fromPhone(text, wire) {
      if (text.startsWith("ACK ")) toOthers(text, wire);
      return [text];
    },
  },
  {
    name: "branch-is-all",
    title: "tells transactions apart by their branch alone",
    fromPhone(text, wire) {
      const request = asRequest(text, "MESSAGE");
      const branch = request && branchOf(request);
      if (branch === undefined) return [text];
      const owner = wire.shared.get(branch) ?? valueOf(request ?? never(), "call-id");
      wire.shared.set(branch, owner);
      return owner === valueOf(request ?? never(), "call-id") ? [text] : [];
    },
  },
  swallows(
    "modern-branches",
    "swallows requests without the magic cookie",
    (text) => asRequest(text) !== undefined && !/branch=z9hG4bK/.test(text),
  ),

  {
    name: "routes-by-contact",
    title: "sends a request to whoever has that contact, and takes a contact for an address",
    toPhone(text, wire) {
      const request = asRequest(text, "MESSAGE");
      const right = request && wire.others().find((other) => other.own.get("contact") === request.uri);
      if (right === undefined) return [text];
      right.reply(text);
      return [];
    },
    fromPhone(text, wire) {
      const contact = /^Contact: <([^>]*)>/m.exec(headOf(text))?.[1];
      if (asRequest(text, "REGISTER") !== undefined && contact !== undefined && !wire.own.has("contact"))
        wire.own.set("contact", contact);
      const request = asRequest(text, "MESSAGE");
      const right = request && wire.others().find((other) => other.own.get("contact") === request.uri);
      if (right === undefined) return [text];
      right.reply(text);
      return [];
    },
  },
  {
    name: "trusts-identity",
    title: "believes what a phone says of its identity",
    fromPhone: (text) => [text.replace(/^P-Asserted-Identity:/m, "X-Identity:")],
    toPhone: (text) => [text.replace(/^X-Identity:/m, "P-Asserted-Identity:")],
  },

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
    "redirects to where nobody is",
    (text) => (isRedirection(text) ? mapHeader(text, "contact", () => "<sip:nobody-there@example.com>;q=0.5") : text),
    "INVITE",
  ),
];

function never(): never {
  throw new Error("not a message");
}
