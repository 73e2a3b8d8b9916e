// Wrong servers: GRUUs.
import { uriIn } from "../sip/address.ts";
import { asRequest, asResponse, withHeader, withoutHeader, withUri } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, misreads, refuses, spoils } from "./kinds.ts";
import { inContacts, REGISTER } from "./register.ts";

let renamed = 0;

export const gruuFaults: readonly Fault[] = [
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
  misforwards("gruu-left", "leaves GRUUs as they are", (text) => withUri(text, "sip:hidden@here.invalid;gr"), "BYE"),
  refuses("gruu-busy", "answers 486 for every GRUU", (text) => /^\S+ sip:\S*;gr\b/.test(text), 486),
];
