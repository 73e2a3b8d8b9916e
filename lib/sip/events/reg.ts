// The package of a user's registration (RFC 3680): each binding, with its GRUUs (RFC 5628), for the user alone. A document
// has all bindings, and those that have ended once more; the first one of a subscription has none that ended before it
// (RFC 3680 §4.7.1).
import { publicGruu } from "../location/gruu.ts";
import { isActive, type ListedContact } from "../state/listed-contact.ts";
import type { Aor } from "../syntax/aor.ts";
import { escapeXml } from "../syntax/xml.ts";
import { hashOf } from "../tokens/hash.ts";
import type { EventPackage } from "./event-package.ts";

export const reg: EventPackage = {
  event: "reg",
  contentType: "application/reginfo+xml",
  audience: "owner",
  secondsBetween: 5, // §4.10
  sources: { registration: "bindings" },
  document: ({ contacts: reported = [] }, aor, now, number) => {
    const isFirst = number === 1;
    const contacts = reported.filter((contact) => isActive(contact) || !isFirst);
    const elements = contacts.map((contact) => `\n${contactElement(contact, aor, now)}`).join("");
    const own = `aor="${escapeXml(aor)}" id="${idOf(aor)}" state="${registrationState(contacts)}"`;
    // §5.1: versions begin at 0 and grow by one with each document of a subscription, as the numbers of its NOTIFYs do.
    const root = `xmlns="urn:ietf:params:xml:ns:reginfo" xmlns:gr="urn:ietf:params:xml:ns:gruuinfo" version="${number - 1}" state="full"`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<reginfo ${root}>\n<registration ${own}>${elements}\n</registration>\n</reginfo>\n`;
  },
};

function idOf(aor: Aor): string {
  return hashOf([aor], 12);
}

/** §4.7.1: after the end of its last contact it is terminated, and then as it was at first. */
function registrationState(contacts: readonly ListedContact[]): string {
  if (contacts.some(isActive)) return "active";
  return contacts.length > 0 ? "terminated" : "init";
}

/** §5.3: the URI is the first element; parameters of the Contact follow, and then elements of other namespaces. */
function contactElement(contact: ListedContact, aor: Aor, now: number): string {
  const { id, uri, event, q, expiresAt, callId, cseq, instance, regId } = contact;
  const attributes = [
    attribute("id", id),
    attribute("state", isActive(contact) ? "active" : "terminated"),
    attribute("event", event),
    attribute("expires", Math.max(0, expiresAt - now)),
    ...(q === 1000 ? [] : [attribute("q", q / 1000)]),
    attribute("callid", callId),
    attribute("cseq", cseq),
  ];
  const children = [
    `<uri>${escapeXml(uri)}</uri>`,
    ...(instance === undefined ? [] : [parameterElement("+sip.instance", `"<${instance}>"`)]),
    ...(regId === undefined ? [] : [parameterElement("reg-id", String(regId))]),
    ...(isActive(contact) ? gruuElements(contact, aor) : []),
  ];
  return `<contact ${attributes.join(" ")}>${children.join("")}</contact>`;
}

/** RFC 5628 §5 */
function gruuElements({ instance, temporaryGruu, gruuCseq = 0 }: ListedContact, aor: Aor): readonly string[] {
  if (instance === undefined) return [];
  const temporary = attribute("uri", temporaryGruu ?? "");
  return [
    `<gr:pub-gruu ${attribute("uri", publicGruu(aor, instance))}/>`,
    ...(temporaryGruu === undefined ? [] : [`<gr:temp-gruu ${temporary} ${attribute("first-cseq", gruuCseq)}/>`]),
  ];
}

function parameterElement(name: string, value: string): string {
  return `<unknown-param ${attribute("name", name)}>${escapeXml(value)}</unknown-param>`;
}

function attribute(name: string, value: string | number): string {
  return `${name}="${escapeXml(String(value))}"`;
}
