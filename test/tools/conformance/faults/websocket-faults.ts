// Wrong servers: WebSocket and framing.
import { readMessage } from "../sip/message.ts";
import { answer, asRequest, asResponse, headOf } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { refuses, spoils } from "./kinds.ts";

export const webSocketFaults: readonly Fault[] = [
  { name: "none", title: "no fault: a check that fails here fails with the correct server as well" },
  { name: "no-subprotocol", title: "answers the handshake without a subprotocol", subprotocol: () => false },
  {
    name: "first-subprotocol",
    title: "answers the first subprotocol that is offered",
    subprotocol: ([first = ""]) => first,
  },
  { name: "no-binary", title: "closes a connection on a binary frame", closesOnBinary: true },
  { name: "binary-frames", title: "sends binary frames", sendsBinary: true },
  {
    name: "two-in-one",
    title: "puts two messages into one frame",
    toPhone(text, wire) {
      if (asResponse(text, "OPTIONS") === undefined) return [text];
      const held = wire.own.get("held");
      wire.own.set("held", held === undefined ? text : "");
      return held === undefined ? [] : [held + text];
    },
  },
  {
    name: "needs-length",
    title: "waits for the rest of a message without Content-Length",
    fromPhone: (text) =>
      asRequest(text) !== undefined && !/^(?:Content-Length|l)\s*:/im.test(headOf(text)) ? [] : [text],
  },
  {
    name: "first-fragment",
    title: "takes the first frame for the message",
    fromPhone: (text) => [asRequest(text, "MESSAGE") === undefined ? text : text.slice(0, 40)],
  },
  {
    name: "via-tcp",
    title: "writes TCP into its Via",
    toPhone: (text) => [asRequest(text) === undefined ? text : text.replace(/SIP\/2\.0\/WSS?/, "SIP/2.0/TCP")],
  },
  spoils("received-name", "writes a name into received", (text) => text.replace(/received=[^;,\s]+/g, "received=host")),
  { name: "no-pong", title: "does not answer pings", hasNoPong: true },
  { name: "deaf", title: "reads nothing, so it answers no close frame", isDeaf: true },
  { name: "no-keep-alive", title: "ignores a double CRLF", fromPhone: (text) => (text === "\r\n\r\n" ? [] : [text]) },
  {
    name: "pong-for-pong",
    title: "answers a single CRLF",
    fromPhone(text, wire) {
      if (text === "\r\n") wire.reply("\r\n");
      return [text];
    },
  },
  refuses("no-leading-crlf", "refuses a message with line ends before it", (text) => text.startsWith("\r\n")),
  {
    name: "error-frames",
    title: "answers nonsense with an error of the platform's",
    fromPhone(text, wire) {
      if (readMessage(text) !== undefined) return [text];
      wire.reply('{"message": "Internal server error"}');
      return [];
    },
  },
  {
    name: "falls-over",
    title: "goes down when it gets nonsense",
    fromPhone(text, wire) {
      if (readMessage(text) !== undefined) return [text];
      for (const other of [wire, ...wire.others()]) other.cut();
      return [];
    },
  },
  {
    name: "broadcasts-responses",
    title: "sends responses to every connection",
    toPhone(text, wire) {
      if (asResponse(text) !== undefined) for (const other of wire.others()) other.reply(text);
      return [text];
    },
  },
  {
    name: "loses-responses",
    title: "loses every third answer to OPTIONS",
    toPhone(text, wire) {
      if (asResponse(text, "OPTIONS") === undefined) return [text];
      const count = Number(wire.own.get("count") ?? 0) + 1;
      wire.own.set("count", String(count));
      return count % 3 === 0 ? [] : [text];
    },
  },
  { name: "chokes", title: "swallows large messages", fromPhone: (text) => (text.length > 100_000 ? [] : [text]) },
  {
    name: "answers-responses",
    title: "answers responses",
    fromPhone(text, wire) {
      if (text.startsWith("SIP/")) wire.reply("SIP/2.0 400 What?\r\nContent-Length: 0\r\n\r\n");
      return [text];
    },
  },
  {
    name: "breaks-down",
    title: "answers 500 to every request and refuses connections nothing",
    fromPhone(text, wire) {
      const request =
        asRequest(text) ??
        asRequest(`${text.split("\r\n")[0] ?? ""} SIP/2.0\r\n${text.split("\r\n").slice(1).join("\r\n")}`);
      if (request?.method === "ACK" || text.startsWith("SIP/")) return [];
      wire.reply(request === undefined ? "SIP/2.0 500 Broken\r\nContent-Length: 0\r\n\r\n" : answer(request, 500));
      return [];
    },
  },
  {
    name: "splits-frames",
    title: "looks for further requests behind an empty line",
    fromPhone(text) {
      const hidden =
        text.indexOf("\r\n\r\n\r\n\r\n") < 0 ? text.indexOf("\r\n\r\n\r\nINVITE") : text.indexOf("\r\n\r\n\r\n\r\n");
      if (hidden < 0) return [text];
      const second = text.slice(hidden).trimStart();
      return [text, second];
    },
  },
];
