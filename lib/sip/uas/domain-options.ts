// OPTIONS to the domain itself (RFC 3261 §11.2).
import { field, type HeaderField } from "../syntax/message.ts";
import { listTags, supported } from "./option-tags.ts";
import type { Reply } from "./reply.ts";

/** No Allow: §11.2 has a proxy leave it out, because it forwards any method. */
export const capabilityFields: readonly HeaderField[] = [
  field("Accept", "*/*"),
  field("Accept-Encoding", "identity"),
  field("Accept-Language", "en"),
  field("Supported", [...supported, ...listTags].join(", ")),
];

export const capabilities: Reply = { status: 200, fields: capabilityFields };
