// Wrong servers: authentication.
import { answer, asRequest, asResponse, headOf, mapLines, partsOf, withHeader, withoutHeader } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, refuses, spoils } from "./kinds.ts";
import { answersRegister, REGISTER } from "./register.ts";

export const digestFaults: readonly Fault[] = [
  spoils("challenge-without-qop", "challenges without qop", (text) => text.replace(/, qop="auth"/g, "")),
  spoils(
    "challenge-mixed-up",
    "challenges as a registrar where it is a proxy",
    (text) => text.replace(/^Proxy-Authenticate:/gm, "WWW-Authenticate:"),
    "INVITE",
  ),
  refuses(
    "register-first",
    "refuses calls of a user that has not registered on that connection",
    (text) => text.startsWith("INVITE"),
    403,
  ),
  spoils("same-nonce", "gives the same nonce to every client", (text) =>
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
];
