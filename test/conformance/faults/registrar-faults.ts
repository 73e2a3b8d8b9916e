// Wrong servers: the registrar, digest, flows and GRUUs.
import { callIdOf, listOf, readMessage } from "../sip/message.ts";
import { uriIn } from "../sip/address.ts";
import {
  answer,
  asRequest,
  asResponse,
  headOf,
  mapHeader,
  mapLines,
  partsOf,
  withHeader,
  withList,
  withoutHeader,
  withStatus,
  withUri,
} from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, misreads, refuses, spoils, swallows } from "./kinds.ts";

const REGISTER = "REGISTER";

function isRegister(text: string): boolean {
  return asRequest(text, REGISTER) !== undefined;
}

/** Answers the REGISTERs that look like this itself. */
function answersRegister(
  name: string,
  title: string,
  isMeant: (text: string) => boolean,
  status: number,
  ...lines: readonly string[]
): Fault {
  return {
    name,
    title,
    fromPhone(text, wire) {
      const request = asRequest(text, REGISTER);
      if (request === undefined || !isMeant(text)) return [text];
      wire.reply(answer(request, status, ...lines));
      return [];
    },
  };
}

const inContacts =
  (change: (contacts: readonly string[]) => readonly string[]) =>
  (text: string): string =>
    withList(text, "contact", change);

/** The first contact counts, and the whole is called a failure. */
function half(name: string, title: string, status: number | undefined): Fault {
  return {
    name,
    title,
    fromPhone(text, wire) {
      const contacts =
        asRequest(text, REGISTER) === undefined ? 0 : listOf(readMessage(text) ?? never(), "contact").length;
      if (contacts < 2) return [text];
      wire.own.set("half", callIdOf(readMessage(text) ?? never()));
      return [inContacts((all) => all.slice(0, 1))(text)];
    },
    toPhone(text, wire) {
      const response = asResponse(text, REGISTER);
      const isHalf = response !== undefined && callIdOf(response) === wire.own.get("half") && response.status === 200;
      return [isHalf && status !== undefined ? withStatus(text, status) : text];
    },
  };
}

function never(): never {
  throw new Error("not a message");
}

/** Replaces the Call-ID on the way in and puts it back on the way out. */
function renamesCallId(name: string, title: string, rename: (text: string) => string): Fault {
  return {
    name,
    title,
    fromPhone(text, wire) {
      if (!isRegister(text)) return [text];
      const old = callIdOf(readMessage(text) ?? never());
      const renamed = rename(old);
      wire.own.set(renamed, old);
      return [mapHeader(text, "call-id", () => renamed)];
    },
    toPhone: (text, wire) => [
      asResponse(text, REGISTER) === undefined
        ? text
        : mapHeader(text, "call-id", (value) => wire.own.get(value) ?? value),
    ],
  };
}

let renamed = 0;

export const registrarFaults: readonly Fault[] = [
  spoils(
    "no-expires",
    "lists bindings without their expiry",
    inContacts((all) => all.map((one) => one.replace(/;expires=\d+/, ""))),
    REGISTER,
  ),
  spoils("no-date", "says no date", (text) => withoutHeader(text, "date"), REGISTER),
  spoils(
    "ghost-binding",
    "keeps bindings that are gone",
    (text) => withHeader(text, "Contact: <sip:ghost@ghost.invalid>;expires=60"),
    REGISTER,
  ),
  spoils(
    "lists-one",
    "lists one binding only",
    inContacts((all) => all.slice(-1)),
    REGISTER,
  ),
  spoils(
    "blind-to-case",
    "takes contacts for the same whose users differ in case",
    inContacts((all) => all.slice(0, 1)),
    REGISTER,
  ),
  misreads(
    "never-zero",
    "does not know that an expiry of zero removes",
    (text) =>
      mapLines(text, (line, name) =>
        name === "contact" || name === "expires" ? line.replace(/expires(=|: ?)0$/i, "expires$1300") : line,
      ),
    REGISTER,
  ),
  answersRegister(
    "star-ignored",
    "answers Contact: * with 200 and does nothing",
    (text) => /^Contact: \*/m.test(headOf(text)),
    200,
  ),
  half("half-and-refused", "carries out the first contact and refuses the rest", 400),
  half("half-and-brief", "carries out the first contact and finds the rest too brief", 423),
  half("first-contact-only", "takes the first contact only", undefined),
  renamesCallId("no-order", "does not look at the Call-ID, so old requests count", () => `renamed-${(renamed += 1)}`),
  renamesCallId("one-order", "orders requests by CSeq whatever their Call-ID", () => "the-same"),
  misreads(
    "query-clears",
    "takes a REGISTER without Contact for one that removes all",
    (text) =>
      /^Contact:/m.test(headOf(text)) ? text : withHeader(withoutHeader(text, "expires"), "Contact: *", "Expires: 0"),
    REGISTER,
  ),
  spoils(
    "generous",
    "grants more than was asked for",
    inContacts((all) => all.map((one) => one.replace(/;expires=\d+/, ";expires=99999999999"))),
    REGISTER,
  ),
  answersRegister("short-only", "refuses a long expiry", (text) => /expires=\d{7}/.test(text), 400),
  answersRegister("digits-only", "refuses a malformed expiry", (text) => /expires=[a-z]/.test(text), 400),
  spoils("no-min-expires", "does not say what is long enough", (text) => withoutHeader(text, "min-expires"), REGISTER),
  answersRegister(
    "hour-too-brief",
    "finds an hour too brief",
    (text) => /expires=3600/.test(text),
    423,
    "Min-Expires: 7200",
  ),
  misreads(
    "open-registrar",
    "registers who sends, whatever To says",
    (text) => {
      const from = uriIn(readMessage(text) ?? never(), "from");
      return mapHeader(text, "to", () => `<${from}>`);
    },
    REGISTER,
  ),
  answersRegister(
    "any-domain",
    "registers for every domain",
    (text) => !text.startsWith("REGISTER sip:example.com "),
    200,
  ),
  refuses(
    "literal-aor",
    "compares addresses letter by letter",
    (text) => /^(?:To:|\S+ sip:%)[^\r\n]*%/m.test(text) && !text.startsWith("MESSAGE sip:u%"),
    404,
  ),

  spoils("challenge-without-qop", "challenges without qop", (text) => text.replace(/, qop="auth"/g, "")),
  spoils(
    "challenge-mixed-up",
    "challenges as a registrar where it is a proxy",
    (text) => text.replace(/^Proxy-Authenticate:/gm, "WWW-Authenticate:"),
    "INVITE",
  ),
  refuses(
    "register-first",
    "lets nobody call who has not registered on that connection",
    (text) => text.startsWith("INVITE"),
    403,
  ),
  spoils("same-nonce", "gives the same nonce to everybody", (text) =>
    text.replace(/nonce="[^"]*"/g, 'nonce="always-this"'),
  ),
  answersRegister(
    "refuses-credentials",
    "refuses good credentials",
    (text) => /^Authorization:.*Digest/m.test(headOf(text)),
    403,
  ),
  answersRegister("no-md5", "offers MD5 and refuses it", (text) => /algorithm=MD5/.test(text), 403),
  answersRegister("no-sha", "offers SHA-256 and refuses it", (text) => /algorithm=SHA-256/.test(text), 403),
  spoils("sha-512", "offers an algorithm it does not have", (text) =>
    text.replace(/algorithm=SHA-256/g, "algorithm=SHA-512-256"),
  ),
  spoils("md5-only", "offers MD5 alone", (text) => mapLines(text, (line) => (/algorithm=SHA/.test(line) ? [] : line))),
  spoils("weakest-first", "offers the weakest algorithm first", (text) => {
    const challenges = partsOf(text).lines.filter((line) => /-Authenticate:/.test(line));
    return withHeader(
      mapLines(text, (line) => (challenges.includes(line) ? [] : line)),
      ...challenges.toReversed(),
    );
  }),
  spoils("challenges-twice", "offers every algorithm twice", (text) =>
    mapLines(text, (line) => (/-Authenticate:/.test(line) ? [line, line] : line)),
  ),
  answersRegister(
    "password-blind",
    "takes any credentials",
    (text) => /^Authorization:.*Digest/m.test(headOf(text)),
    200,
  ),
  spoils(
    "calls-all-stale",
    "calls every nonce stale",
    (text) => text.replace(/(^WWW-Authenticate: .*)$/gm, "$1, stale=true"),
    REGISTER,
  ),
  {
    name: "challenges-once",
    title: "refuses wrong credentials without another challenge",
    toPhone(text, wire) {
      if (asResponse(text, REGISTER)?.status !== 401) return [text];
      const isSecond = wire.own.has("challenged");
      wire.own.set("challenged", "");
      return [isSecond ? withoutHeader(text, "www-authenticate") : text];
    },
  },
  answersRegister("tells-nobody", "says who exists", (text) => /^To: <sip:nobody/m.test(headOf(text)), 404),
  refuses(
    "one-authorization",
    "refuses credentials for several realms",
    (text) => headOf(text).split("\r\nAuthorization:").length > 2,
  ),
  refuses(
    "username-first",
    "wants credentials in a certain order",
    (text) => /^Authorization: d/im.test(headOf(text)) && !/^Authorization: Digest username=/m.test(headOf(text)),
  ),
  {
    name: "challenges-everything",
    title: "challenges ACK and CANCEL",
    fromPhone(text, wire) {
      const request = asRequest(text, "ACK", "CANCEL");
      if (request === undefined) return [text];
      wire.reply(answer(request, 407, 'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"'));
      return [];
    },
  },
  misforwards("eats-credentials", "takes all credentials off", (text) => withoutHeader(text, "authorization")),

  spoils("no-require", "says nothing of outbound", (text) => withoutHeader(text, "require"), REGISTER),
  spoils(
    "always-require",
    "requires outbound of everybody",
    (text) => withHeader(withoutHeader(text, "require"), "Require: outbound"),
    REGISTER,
  ),
  spoils(
    "vague-flow-timer",
    "gives no number in Flow-Timer",
    (text) => mapHeader(text, "flow-timer", () => "soon"),
    REGISTER,
  ),
  misreads(
    "no-instance",
    "does not know devices",
    inContacts((all) => all.map((one) => one.replace(/;\+sip\.instance="[^"]*"/, ""))),
    REGISTER,
  ),
  misreads("one-reg-id", "knows one flow per device", (text) => text.replace("reg-id=2", "reg-id=1"), REGISTER),
  answersRegister(
    "modern-only",
    "refuses phones without an instance",
    (text) => /^Contact: (?!.*instance)/m.test(headOf(text)),
    403,
  ),
  misreads(
    "blind-to-hops",
    "does not see that a REGISTER came through somebody else",
    (text) => withList(text, "via", (vias) => vias.slice(0, 1)),
    REGISTER,
  ),
  answersRegister(
    "second-flow-ignored",
    "ignores the second flow of a device",
    (text) => text.includes("reg-id=2"),
    200,
  ),
  { name: "hides-disconnect", title: "does not notice that a connection is gone", hidesDisconnect: true },
  {
    name: "cuts-all",
    title: "takes all bindings away with one connection",
    fromPhone(text, wire) {
      if (asRequest(text, "MESSAGE") !== undefined) for (const other of wire.others()) other.cut();
      return [text];
    },
  },
  spoils("no-path", "does not repeat the Path", (text) => withoutHeader(text, "path"), REGISTER),
  misforwards("no-route", "does not use the Path", (text) => withoutHeader(text, "route")),
  spoils(
    "strict-service-route",
    "gives a Service-Route without lr",
    (text) => mapHeader(text, "service-route", (value) => value.replace(/;lr\b/, "")),
    REGISTER,
  ),

  spoils(
    "no-gruu",
    "gives no GRUU",
    inContacts((all) => all.map((one) => one.replace(/;(?:pub|temp)-gruu="[^"]*"/g, ""))),
    REGISTER,
  ),
  misreads(
    "gruu-for-all",
    "gives GRUUs to those who did not ask",
    (text) => withHeader(withoutHeader(text, "supported"), "Supported: gruu, path, outbound"),
    REGISTER,
  ),
  spoils(
    "gruu-without-instance",
    "gives a GRUU to a contact without instance",
    inContacts((all) => all.map((one) => `${one};pub-gruu="sip:x@y;gr=z"`)),
    REGISTER,
  ),
  spoils(
    "gruu-without-gr",
    "gives GRUUs without gr",
    inContacts((all) => all.map((one) => one.replace(/;gr\b[^"]*/g, ""))),
    REGISTER,
  ),
  spoils(
    "gruu-new-each-time",
    "gives a new public GRUU every time",
    inContacts((all) =>
      all.map((one) => one.replace(/pub-gruu="([^"]*)"/, () => `pub-gruu="sip:x@y;gr=${(renamed += 1)}"`)),
    ),
    REGISTER,
  ),
  spoils(
    "gruu-in-clear",
    "gives the public GRUU as temporary one",
    inContacts((all) =>
      all.map((one) => one.replace(/temp-gruu="[^"]*"/, `temp-gruu="${/pub-gruu="([^"]*)"/.exec(one)?.[1] ?? ""}"`)),
    ),
    REGISTER,
  ),
  {
    name: "gruu-kept",
    title: "gives the same temporary GRUU again",
    toPhone(text, wire) {
      if (asResponse(text, REGISTER) === undefined) return [text];
      const first = wire.own.get("first") ?? /temp-gruu="([^"]*)"/.exec(text)?.[1];
      if (first !== undefined) wire.own.set("first", first);
      return [text.replace(/temp-gruu="[^"]*"/g, `temp-gruu="${first}"`)];
    },
  },
  {
    name: "gruu-is-aor",
    title: "takes a GRUU for the address-of-record of its user",
    fromPhone(text, wire) {
      const request = asRequest(text, "INVITE", "MESSAGE");
      const known = request && wire.shared.get(request.uri);
      const isPublic = request !== undefined && /;gr=/.test(request.uri);
      return [
        known !== undefined ? withUri(text, known) : isPublic ? withUri(text, request.uri.replace(/;gr=.*/, "")) : text,
      ];
    },
    toPhone(text, wire) {
      const response = asResponse(text, REGISTER);
      for (const [, temporary = ""] of text.matchAll(/temp-gruu="([^"]*)"/g)) {
        if (response !== undefined) wire.shared.set(temporary, uriIn(response, "to"));
      }
      return [text];
    },
  },
  refuses("gruu-forgotten", "does not know its GRUUs", (text) => /^\S+ sip:\S*;gr\b/.test(text), 404),
  refuses("gruu-busy", "answers 486 for every GRUU", (text) => /^\S+ sip:\S*;gr\b/.test(text), 486),

  swallows(
    "no-register",
    "swallows a REGISTER that comes by a route",
    (text) => isRegister(text) && /^Route:/m.test(headOf(text)),
  ),
];
