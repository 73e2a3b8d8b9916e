// Wrong servers: flows, Path and Service-Route.
import { asRequest, headOf, mapHeader, withHeader, withList, withoutHeader } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, misreads, spoils } from "./kinds.ts";
import { answersRegister, inContacts, REGISTER } from "./register.ts";

export const outboundFaults: readonly Fault[] = [
  spoils("no-require", "says nothing of outbound", (text) => withoutHeader(text, "require"), REGISTER),
  spoils(
    "always-require",
    "requires outbound of every client",
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
    "does not see that a REGISTER came through another proxy",
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
  misforwards("no-route-after", "uses the Path for the INVITE alone", (text) => withoutHeader(text, "route"), "CANCEL"),
  spoils(
    "strict-service-route",
    "gives a Service-Route without lr",
    (text) => mapHeader(text, "service-route", (value) => value.replace(/;lr\b/, "")),
    REGISTER,
  ),
];
