// The presence package (RFC 3856): documents in PIDF (RFC 3863) with the data model of RFC 4479 and activities of RFC 4480,
// composed of the documents that the user's devices publish, of the registration, and of being in a call.
import { isLive } from "../state/live.ts";
import type { Publication, ResourceState } from "../state/resource-state.ts";
import { type Aor, aorOf } from "../syntax/aor.ts";
import { parseUri } from "../syntax/uri.ts";
import { escapeXml, parseXml, type XmlChild } from "../syntax/xml.ts";
import type { EventPackage } from "./event-package.ts";

const PIDF = "urn:ietf:params:xml:ns:pidf";

export const presence: EventPackage = {
  event: "presence",
  contentType: "application/pidf+xml",
  audience: "by policy",
  secondsBetween: 5,
  sources: { registration: "reachability", calls: "answered" },
  document: compose,
  refuseDocument: (body, aor) => {
    const root = parseXml(body)?.root;
    if (root?.local !== "presence" || root.namespace !== PIDF) return "malformed-document";
    return isEntity(root.attributes.get("entity") ?? "", aor) ? undefined : "document-of-other";
  },
};

/** RFC 3863 §4.1.1: a pres: or sip: URI. */
function isEntity(entity: string, aor: Aor): boolean {
  const uri = parseUri(entity.replace(/^pres:/i, "sip:"));
  return uri !== undefined && aorOf(uri) === aor;
}

/** Documents that are in force, the latest first. */
function current({ publications }: ResourceState, now: number): readonly Publication[] {
  return publications.filter((publication) => isLive(publication, now) && publication.isDormant !== true);
}

/** RFC 3863 §4.1: tuples, then notes, then elements of other namespaces. */
function compose(state: ResourceState, aor: Aor, now: number): string {
  const published = publishedParts(current(state, now));
  const own = published.tuples.length > 0 ? [] : ownTuple(state, aor);
  const parts = [...published.tuples, ...own, ...published.notes, ...published.others, ...onThePhone(state)];
  if (parts.length === 0 && state.isWithdrawn !== true) return "";
  const inner = parts.map((part) => `\n${part}`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<presence xmlns="${PIDF}" entity="${escapeXml(aor)}">${inner}\n</presence>\n`;
}

/** Without a document of a device, being registered is all that is known. */
function ownTuple({ isRegistered }: ResourceState, aor: Aor): readonly string[] {
  if (isRegistered === undefined) return [];
  const basic = isRegistered ? "open" : "closed";
  const contact = `<contact>${escapeXml(aor)}</contact>`;
  return [`<tuple id="registration"><status><basic>${basic}</basic></status>${contact}</tuple>`];
}

/** RFC 4480 §3.2. The call is known to this server, so it stands beside the persons of the published documents. */
function onThePhone({ calls = [] }: ResourceState): readonly string[] {
  if (calls.length === 0) return [];
  const namespaces = 'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"';
  const activities = "<rpid:activities><rpid:on-the-phone/></rpid:activities>";
  return [`<dm:person ${namespaces} id="call">${activities}</dm:person>`];
}

interface Parts {
  readonly tuples: readonly string[];
  readonly notes: readonly string[];
  readonly others: readonly string[];
}

/**
 * The elements of all documents. Every baresip calls its tuple and person the same, so an id that another document has
 * already gets the publication's name behind it: ids are unique in a document (RFC 3863 §4.1.2).
 */
function publishedParts(publications: readonly Publication[]): Parts {
  const used = new Set<string>();
  const found = publications.flatMap(({ id: name, body }) =>
    // Only these are written: each has all namespaces of its document, which can be a hundred times its own length.
    (parseXml(body)?.children ?? []).filter(isShown).map((child) => ({ child, text: written(child, name, used) })),
  );
  const texts = (isIncluded: (child: XmlChild) => boolean) =>
    found.filter(({ child }) => isIncluded(child)).map(({ text }) => text);
  return {
    tuples: texts((child) => isPidf(child, "tuple")),
    notes: texts((child) => isPidf(child, "note")),
    others: texts(({ namespace }) => namespace !== PIDF),
  };
}

function isShown(child: XmlChild): boolean {
  return child.namespace !== PIDF || isPidf(child, "tuple") || isPidf(child, "note");
}

function isPidf({ namespace, local }: XmlChild, name: string): boolean {
  return namespace === PIDF && local === name;
}

function written(child: XmlChild, publication: string, used: Set<string>): string {
  const id = child.attributes.get("id");
  if (id === undefined || !used.has(id)) {
    if (id !== undefined) used.add(id);
    return child.written();
  }
  const other = `${id}-${publication}`;
  used.add(other);
  return child.written({ id: other });
}
