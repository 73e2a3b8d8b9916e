// Wrong servers: the registrar.
import { uriIn } from "../sip/address.ts";
import { callIdOf, listOf, readMessage } from "../sip/message.ts";
import { asRequest, asResponse, headOf, mapHeader, mapLines, withHeader, withoutHeader, withStatus } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misreads, refuses, spoils, swallows } from "./kinds.ts";
import { answersRegister, inContacts, isRegister, REGISTER } from "./register.ts";
import { never } from "./traffic.ts";

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
  swallows(
    "no-register",
    "swallows a REGISTER that comes by a route",
    (text) => isRegister(text) && /^Route:/m.test(headOf(text)),
  ),
  misreads(
    "any-push-service",
    "takes a contact whose push service it does not know",
    (text) => mapHeader(text, "contact", (value) => value.replaceAll(/;pn-[a-z]+=[^;>]*/g, "")),
    "REGISTER",
  ),
];
