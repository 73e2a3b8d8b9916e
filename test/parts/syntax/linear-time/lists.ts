// Lists of a peer that are compared with each other, or with stored ones: the work grows with the length of the
// message, and not with the product of two lists.
import { createSecretKey } from "node:crypto";
import { credentialsFor, withoutOurCredentials } from "../../../../lib/sip/auth/credentials.ts";
import { awsPlatform } from "../../../../lib/sip/policy/platform.ts";
import { defaultSettings, type Settings } from "../../../../lib/sip/policy/settings.ts";
import { isLooping } from "../../../../lib/sip/proxy/loop-detection.ts";
import { forwardRequest } from "../../../../lib/sip/proxy/forward-request.ts";
import { preprocessRoute } from "../../../../lib/sip/proxy/preprocess-route.ts";
import { withAssertedIdentity } from "../../../../lib/sip/proxy/asserted-identity.ts";
import { updateBindings } from "../../../../lib/sip/registrar/bindings.ts";
import { readContacts } from "../../../../lib/sip/registrar/contact.ts";
import { pathOf, refusePath } from "../../../../lib/sip/registrar/outbound.ts";
import { supersededFlows } from "../../../../lib/sip/registrar/superseded.ts";
import { type Binding, newestOfEach } from "../../../../lib/sip/state/registration.ts";
import { unlimited } from "../../../../lib/sip/syntax/limits.ts";
import { readEssentials } from "../../../../lib/sip/syntax/essentials.ts";
import { field, type SipRequest } from "../../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";
import { withoutTopVia, withReceived } from "../../../../lib/sip/transport/top-via.ts";
import type { Incoming } from "../../../../lib/sip/transport/incoming.ts";
import { asksForIceServers } from "../../../../lib/sip/turn/ice-servers.ts";
import { refuseExtensions, wants } from "../../../../lib/sip/uas/option-tags.ts";
import type { World } from "../../../../lib/sip/world.ts";
import type { Check } from "./checks.ts";
import { steps } from "./steps.ts";

const GROWTH = 4.5;
/** Elements of the shorter list; the longer one has four times as many. */
const FEW = 40;

/** As many devices as the message names: the bound of a deployment would end the growth. */
const settings: Settings = { ...defaultSettings, domains: ["example.com"], maxBindings: 10_000 };
const world: World = {
  now: 1_800_000_000,
  settings,
  platform: awsPlatform,
  keys: { current: createSecretKey(Buffer.from("a signing key")) },
  random: () => "r",
  read: () => Promise.reject(new Error("nothing is read here")),
  verifyToken: () => Promise.reject(new Error("nothing is verified here")),
  isRetry: false,
  links: 0,
};

function incoming(lines: readonly string[]): Incoming<SipRequest> {
  const start = ["REGISTER sip:example.com SIP/2.0", "Via: SIP/2.0/WS a.invalid;branch=z9hG4bKa"];
  const rest = ["From: <sip:a@example.com>;tag=a", "To: <sip:a@example.com>", "Call-ID: c", "CSeq: 7 REGISTER"];
  const parsed = parseMessage([...start, ...rest, ...lines, "", ""].join("\r\n"), unlimited);
  if (!parsed.ok || parsed.message.kind !== "request") throw new TypeError("not a request");
  const read = readEssentials(parsed.message);
  if (!read.ok) throw new TypeError(read.reason);
  return { message: parsed.message, flow: "f", essentials: read.essentials, source: "192.0.2.1" };
}

function register({ message, essentials }: Incoming<SipRequest>, stored: readonly Binding[], cseq: number) {
  const wanted = readContacts(message, settings.maxBindings);
  if (wanted.kind !== "update") throw new TypeError(`the contacts are ${wanted.kind}`);
  refusePath(message, essentials, wanted.contacts);
  const by = { flow: `f${cseq}`, callId: "c", cseq, path: [], now: world.now + 100 * cseq };
  const updated = updateBindings(stored, wanted.contacts, by, settings);
  if (!updated.ok) throw new TypeError(`refused with ${updated.reply.status}`);
  supersededFlows({ aor: "sip:a@example.com", version: 1, bindings: stored }, wanted.contacts, by);
  newestOfEach(updated.bindings);
  return updated.bindings;
}

/** Registers, and registers again with the stored bindings. */
function registerTwice(request: Incoming<SipRequest>): void {
  register(request, register(request, [], 1), 2);
}

const escapedParameters = (last: string) =>
  Array.from({ length: 20 }, (_, at) => `;%70${at}=%61${at === 19 ? last : ""}`).join("");

const contacts: Readonly<Record<string, (at: number) => string>> = {
  "with 20 escaped parameters each": (at) => `<sip:${at}@a.invalid${escapedParameters("")}>`,
  "with 20 escaped parameters, of which the last one differs": (at) =>
    `<sip:a@a.invalid${escapedParameters(String(at))}>`,
  "that are all equal": () => "<sip:a@a.invalid;%61=%62>",
  "of one instance and flow": (at) => `<sip:${at}@a.invalid>;+sip.instance="<urn:uuid:1>";reg-id=1`,
  "of different instances": (at) => `<sip:${at}@a.invalid>;+sip.instance="<urn:uuid:${at}>";reg-id=1`,
  "of one instance and different flows": (at) => `<sip:${at}@a.invalid>;+sip.instance="<urn:uuid:1>";reg-id=${at + 1}`,
  "each with a removal": (at) => `<sip:a@a.invalid;x=${at}>, <sip:a@a.invalid;x=${at}>;expires=0`,
};

const one = (name: string, value: (at: number) => string) => (length: number) => [
  `${name}: ${Array.from({ length }, (_, at) => value(at)).join(",")}`,
];
const many = (name: string, value: (at: number) => string) => (length: number) =>
  Array.from({ length }, (_, at) => `${name}: ${value(at)}`);

interface Listed {
  readonly lines: (length: number) => readonly string[];
  readonly work: (request: Incoming<SipRequest>) => unknown;
}

const via = (at: number) => `SIP/2.0/WS example.com;branch=z9hG4bK${at}`;
const vias = (request: Incoming<SipRequest>) => {
  isLooping(request, "id", world);
  withoutTopVia(request.message);
  withReceived(request.message, request.essentials.via, "192.0.2.1");
};
const route = (at: number) => `<sip:r${at}@example.com;lr>`;
const path = ({ message, essentials }: Incoming<SipRequest>) => {
  refusePath(message, essentials, []);
  forwardRequest(message, essentials, { via: field("Via", via(0)), routes: pathOf(message) });
};
const digest = (at: number) => `Digest username="a${at}", realm="example.com", nonce="n${at}", uri="sip:example.com"`;
const credentials = (request: Incoming<SipRequest>) => {
  credentialsFor("registrar", request, world);
  withoutOurCredentials(request.message, world);
};
const optionTags = ({ message }: Incoming<SipRequest>) => {
  refuseExtensions(message, "require");
  refuseExtensions(message, "proxy-require");
  wants(message, "gruu");
};
const asserted = ({ message }: Incoming<SipRequest>) => withAssertedIdentity(message, "sip:a@example.com", world);

const lists: Readonly<Record<string, Listed>> = {
  ...Object.fromEntries(
    Object.entries(contacts).flatMap(([what, contact]): [string, Listed][] => [
      [`contacts ${what}`, { lines: one("Contact", contact), work: registerTwice }],
      [`contacts ${what}, each in a field of its own`, { lines: many("Contact", contact), work: registerTwice }],
    ]),
  ),
  "Via elements": { lines: one("Via", via), work: vias },
  "Via fields": { lines: many("Via", via), work: vias },
  "Route elements": {
    lines: one("Route", route),
    work: ({ message, essentials }) => preprocessRoute(message, essentials, world),
  },
  "Route fields": {
    lines: many("Route", route),
    work: ({ message, essentials }) => preprocessRoute(message, essentials, world),
  },
  "Path elements": { lines: one("Path", route), work: path },
  "Path fields": { lines: many("Path", route), work: path },
  Accept: { lines: one("Accept", (at) => `a/b${at};q=0.5`), work: ({ message }) => asksForIceServers(message) },
  Supported: { lines: one("Supported", (at) => `tag${at}`), work: optionTags },
  Require: { lines: one("Require", (at) => `tag${at}`), work: optionTags },
  "Proxy-Require": { lines: many("Proxy-Require", (at) => `tag${at}`), work: optionTags },
  credentials: { lines: many("Authorization", digest), work: credentials },
  "asserted identities": { lines: one("P-Asserted-Identity", (at) => `<sip:${at}@example.com>`), work: asserted },
};

export const ofLists: readonly Check[] = Object.entries(lists).map(([title, { lines, work }]) => ({
  title,
  tooSlow: () => {
    const stepsFor = (length: number): number => {
      const request = incoming(lines(length));
      return steps(() => work(request));
    };
    const [few, more] = [stepsFor(FEW), stepsFor(4 * FEW)];
    return more <= GROWTH * few ? undefined : `${few} steps for ${FEW} elements, ${more} for ${4 * FEW}`;
  },
}));
