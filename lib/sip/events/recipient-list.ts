// The list in the body of a SUBSCRIBE (RFC 5367 §4), in the format of RFC 4826: flat, as RFC 5363 §5 asks for. Names, references
// and lists within lists are passed over.
import { MAX_LIST_MEMBERS, MAX_LISTS_SIZE, MAX_RECIPIENT_LIST } from "../policy/events.ts";
import { utf8Length } from "../syntax/body.ts";
import { decode } from "../syntax/header-table.ts";
import { field, header, type SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { parseXml, unescapeXml, type XmlElement } from "../syntax/xml.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import { isEncoded } from "./request.ts";

const RESOURCE_LISTS = "urn:ietf:params:xml:ns:resource-lists";
const TYPE = "application/resource-lists+xml";

export type RecipientList =
  | { readonly kind: "list"; readonly uris: readonly string[] }
  | { readonly kind: "refused"; readonly reply: Reply };

export function readRecipientList(request: SipRequest): RecipientList {
  const refused = (reply: Reply): RecipientList => ({ kind: "refused", reply });
  const type = decode(request, "Content-Type");
  const [disposition = ""] = (header(request, "content-disposition") ?? "").split(";");
  const isListed = ["", "recipient-list"].includes(disposition.trim().toLowerCase());
  if (!type.ok || type.value.value.toLowerCase() !== TYPE || !isListed || isEncoded(request)) {
    const fields = [field("Accept", TYPE), field("Accept-Encoding", "identity")];
    return refused(refusal("unsupported-list", { fields }));
  }
  if (utf8Length(request.body) > MAX_RECIPIENT_LIST) return refused(refusal("list-too-long"));
  const lists = listsIn(request.body);
  if (lists.length > MAX_LIST_MEMBERS || lists.join("").length > MAX_LISTS_SIZE)
    return refused(refusal("list-too-long"));
  const uris = [...new Set(lists.flatMap(urisIn))];
  if (uris.length === 0 || uris.some((uri) => parseUri(uri) === undefined)) return refused(refusal("malformed-list"));
  return uris.length > MAX_LIST_MEMBERS ? refused(refusal("list-too-long")) : { kind: "list", uris };
}

/** Each as a document of its own. */
function listsIn(body: string): readonly string[] {
  const { root, children = [] } = parseXml(body) ?? {};
  if (root === undefined || !isNamed(root, "resource-lists")) return [];
  const lists = children.filter((child) => isNamed(child, "list"));
  return lists.slice(0, MAX_LIST_MEMBERS + 1).map((list) => list.written());
}

function urisIn(list: string): readonly string[] {
  return (parseXml(list)?.children ?? []).flatMap((entry) => {
    return isNamed(entry, "entry") ? [unescapeXml(entry.attributes.get("uri") ?? "")] : [];
  });
}

function isNamed({ local, namespace }: XmlElement, name: string): boolean {
  return local === name && namespace === RESOURCE_LISTS;
}
