// OPTIONS to the domain itself (RFC 3261 §11.2).
import { field, type HeaderField } from "../syntax/message.ts";
import { supported } from "./option-tags.ts";
import type { Reply } from "./reply.ts";

/**
 * The capabilities of the domain as a user agent server. Allow names the methods that it answers itself; as a proxy it forwards
 * any method to its users.
 */
export const capabilityFields: readonly HeaderField[] = [
  field("Allow", "OPTIONS, REGISTER"),
  field("Accept", "*/*"),
  field("Accept-Encoding", "identity"),
  field("Accept-Language", "en"),
  field("Supported", [...supported].join(", ")),
];

export const capabilities: Reply = { status: 200, fields: capabilityFields };
