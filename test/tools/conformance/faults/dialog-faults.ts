// Wrong servers: requests of a dialog.
import { callIdOf, listOf, readMessage } from "../sip/message.ts";
import { answer, asRequest, asResponse, mapHeader, withoutHeader, withUri } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, refuses, spoils, swallows, withholds } from "./kinds.ts";
import { isInDialog, never, rememberInvite, toOthers } from "./traffic.ts";

/** Requests of RFC 3261 itself. */
const BASIC = new Set(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER"]);

export const dialogFaults: readonly Fault[] = [
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
  withholds(
    "withholds-ack",
    "acknowledges no refusal",
    (text) => asRequest(text, "ACK") !== undefined && listOf(readMessage(text) ?? never(), "via").length === 1,
  ),
  withholds("withholds-all-acks", "passes no ACK", (text) => text.startsWith("ACK ")),
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
      if (message?.kind !== "request") return [text];
      const rung = `rung ${callIdOf(message)}`; // a phone that is back may be rung again
      if (!wire.shared.has(rung)) wire.own.set(`call ${callIdOf(message)}`, "");
      wire.shared.set(rung, "");
      return [text];
    },
  },
  {
    name: "first-flow-only",
    title: "delivers messages of a call only to the connections that the call began on",
    fromPhone(text, wire) {
      const message = readMessage(text);
      if (message?.kind === "request" && !isInDialog(message)) wire.own.set(`call ${callIdOf(message)}`, "");
      return [text];
    },
    toPhone(text, wire) {
      const message = readMessage(text);
      if (message === undefined) return [text];
      const key = `call ${callIdOf(message)}`;
      if (message.kind === "request" && !isInDialog(message)) wire.own.set(key, "");
      return wire.own.has(key) ? [text] : [];
    },
  },
  {
    name: "relays-in-dialog",
    title: "sends requests within calls to all other phones, regardless of their sender",
    fromPhone(text, wire) {
      const request = asRequest(text);
      if (request === undefined || request.method === "ACK" || !isInDialog(request)) return [text];
      toOthers(text, wire);
      return [];
    },
  },
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
  {
    name: "forwards-ack",
    title: "forwards every ACK",
    fromPhone(text, wire) {
      if (text.startsWith("ACK ")) toOthers(text, wire);
      return [text];
    },
  },
];
