// Wrong servers: a MESSAGE that is stored for a user without a phone.
import { callIdOf } from "../sip/message.ts";
import { answer, asRequest, asResponse, mapBody, mapHeader, withoutHeader, withStatus } from "./edit.ts";
import type { Fault, Wire } from "./faulty-server.ts";
import { misforwards, misreads, spoils } from "./kinds.ts";

/** The MESSAGE of this check: its user may also get what an earlier check has left. */
function ofThisCheck(text: string, { shared }: Wire) {
  const response = asResponse(text, "MESSAGE");
  if (response?.status === 202) shared.set(`stored ${callIdOf(response)}`, "");
  const message = asRequest(text, "MESSAGE");
  return message !== undefined && shared.has(`stored ${callIdOf(message)}`) ? message : undefined;
}

export const storedMessageFaults: readonly Fault[] = [
  spoils(
    "claims-delivery",
    "says of a stored message that the user has got it",
    (text) => (asResponse(text)?.status === 202 ? withStatus(text, 200) : text),
    "MESSAGE",
  ),
  {
    name: "loses-texts",
    title: "forgets the messages that it has stored",
    toPhone(text, wire) {
      const message = asRequest(text, "MESSAGE");
      if (message === undefined) return [text];
      wire.forward(answer(message, 200));
      return [];
    },
  },
  misforwards(
    "typeless-texts",
    "writes another Content-Type on stored messages",
    (text) => mapHeader(text, "content-type", () => "text/plain"),
    "MESSAGE",
  ),
  {
    name: "repeats-texts",
    title: "gives a stored message to each phone that registers",
    toPhone(text, wire) {
      if (ofThisCheck(text, wire) !== undefined) wire.shared.set("text", text);
      const stored = asResponse(text, "REGISTER")?.status === 200 ? wire.shared.get("text") : undefined;
      return stored === undefined ? [text] : [text, stored];
    },
  },
  {
    name: "latest-text-first",
    title: "begins with the stored message that came last",
    toPhone(text, wire) {
      const message = ofThisCheck(text, wire);
      if (message === undefined) return [text];
      const before = wire.own.get("text");
      if (before !== undefined) return [text, before];
      wire.own.set("text", text);
      wire.forward(answer(message, 200)); // the next one follows
      return [];
    },
  },
  misreads(
    "keeps-texts-for-ever",
    "stores messages without regard to Expires",
    (text) => withoutHeader(text, "expires"),
    "MESSAGE",
  ),
  {
    name: "hasty-texts",
    title: "sends a stored message before the response to the REGISTER",
    toPhone(text, wire) {
      const message = ofThisCheck(text, wire);
      const isStored = [...wire.shared.keys()].some((key) => key.startsWith("stored "));
      if (asResponse(text, "REGISTER")?.status === 200 && isStored) {
        wire.own.set("response", text);
        return [];
      }
      const response = wire.own.get("response");
      if (message === undefined || response === undefined) return [text];
      wire.own.delete("response");
      return [text, response];
    },
  },
  misforwards(
    "opens-envelopes",
    "leaves the headers of a disposition out of a stored message",
    (text) => mapBody(text, (body) => body.replaceAll(/^imdn\.[^]*?\r\n/gm, "")),
    "MESSAGE",
  ),
  {
    name: "loses-notices",
    title: "does not store disposition notifications",
    toPhone(text, wire) {
      const message = asRequest(text, "MESSAGE");
      if (message === undefined || !text.includes("imdn+xml")) return [text];
      wire.forward(answer(message, 200));
      return [];
    },
  },
];
