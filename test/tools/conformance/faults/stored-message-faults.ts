// Wrong servers: a MESSAGE that is stored for a user without a phone.
import { answer, asRequest, asResponse, mapHeader, withoutHeader, withStatus } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, misreads, spoils } from "./kinds.ts";

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
    toPhone(text, { shared }) {
      if (asRequest(text, "MESSAGE") !== undefined) shared.set("text", text);
      const stored = asResponse(text, "REGISTER")?.status === 200 ? shared.get("text") : undefined;
      return stored === undefined ? [text] : [text, stored];
    },
  },
  {
    name: "latest-text-first",
    title: "begins with the stored message that came last",
    toPhone(text, wire) {
      const message = asRequest(text, "MESSAGE");
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
    toPhone(text, { own, shared }) {
      if (asResponse(text, "MESSAGE")?.status === 202) shared.set("stored", "");
      if (asResponse(text, "REGISTER")?.status === 200 && shared.has("stored")) {
        own.set("response", text);
        return [];
      }
      const response = own.get("response");
      if (asRequest(text, "MESSAGE") === undefined || response === undefined) return [text];
      shared.delete("stored");
      return [text, response];
    },
  },
];
