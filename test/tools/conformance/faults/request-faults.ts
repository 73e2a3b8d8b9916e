// Wrong servers: the forwarded request and its targets.
import { branchOf } from "../sip/address.ts";
import { callIdOf, valueOf } from "../sip/message.ts";
import {
  asRequest,
  asResponse,
  mapHeader,
  mapLines,
  mapStart,
  partsOf,
  withBody,
  withHeader,
  withList,
  withoutHeader,
  withUri,
} from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, misreads } from "./kinds.ts";
import { CORE, isFinal, rememberInvite, toOthers } from "./traffic.ts";

export const requestFaults: readonly Fault[] = [
  misforwards("keeps-route", "leaves the Route on requests", (text) =>
    withHeader(text, "Route: <sip:left-over.invalid;lr>"),
  ),
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
  misforwards("no-countdown", "does not count Max-Forwards down", (text) =>
    mapHeader(text, "max-forwards", (value) => String(Number(value) + 1)),
  ),
  misforwards("no-max-forwards", "adds no Max-Forwards", (text) => withoutHeader(text, "max-forwards")),
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
  {
    name: "broadcasts-requests",
    title: "sends requests to every connection",
    toPhone(text, wire) {
      if (asRequest(text) !== undefined) toOthers(text, wire);
      return [text];
    },
  },
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
  misforwards("no-breadth", "knows nothing of Max-Breadth", (text) => withoutHeader(text, "max-breadth")),
  misreads("unlimited-breadth", "does not look at Max-Breadth", (text) => withoutHeader(text, "max-breadth")),
  misforwards("any-breadth", "passes any Max-Breadth", (text) => mapHeader(text, "max-breadth", () => "1000000")),
  {
    name: "trusts-identity",
    title: "believes a phone's asserted identity",
    fromPhone: (text) => [text.replace(/^P-Asserted-Identity:/m, "X-Identity:")],
    toPhone: (text) => [text.replace(/^X-Identity:/m, "P-Asserted-Identity:")],
  },
];
