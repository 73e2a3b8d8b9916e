// Wrong servers: the checks of a proxy before it forwards a request, and transactions.
import { branchOf } from "../sip/address.ts";
import { listOf, readMessage, valueOf } from "../sip/message.ts";
import {
  answer,
  asRequest,
  headOf,
  mapHeader,
  mapStart,
  withHeader,
  withList,
  withoutHeader,
  withUri,
} from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misreads, refuses, swallows } from "./kinds.ts";
import { isInDialog, never } from "./traffic.ts";

export const routingFaults: readonly Fault[] = [
  misreads("ignores-maddr", "does not look at maddr", (text) =>
    mapStart(text, (start) => start.replace(/;maddr=[^\s;]+/, "")),
  ),
  {
    name: "refuses-repeated-register",
    title: "takes a REGISTER that is repeated for one that comes too late",
    fromPhone(text, wire) {
      const request = asRequest(text, "REGISTER");
      const isRepeated = request !== undefined && wire.own.has(text);
      wire.own.set(text, "seen");
      if (!isRepeated) return [text];
      wire.reply(answer(request, 500));
      return [];
    },
  },
  misreads("never-tired", "does not look at Max-Forwards", (text) =>
    mapHeader(text, "max-forwards", (value) => (value === "0" ? "70" : value)),
  ),
  refuses("tired-early", "gives up at Max-Forwards 1", (text) => /^Max-Forwards: 1\r/m.test(text), 483),
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
  refuses(
    "no-uri-parameters",
    "finds no user by a URI with parameters",
    (text) => /^MESSAGE sip:\S*;unknown/.test(text),
    404,
  ),
  {
    name: "not-to-oneself",
    title: "delivers nothing to the user that is the sender",
    fromPhone(text, wire) {
      const message = asRequest(text, "MESSAGE");
      if (message === undefined || !valueOf(message, "from").includes(message.uri)) return [text];
      wire.reply(answer(message, 482));
      return [];
    },
  },
  refuses("no-anonymity", "refuses anonymous calls", (text) => /^From:.*anonymous\.invalid/m.test(text), 403),
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
    name: "branch-is-all",
    title: "distinguishes transactions by their branch alone",
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
    title: "sends a request to any phone with that contact, and accepts a contact as an address",
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
];
