// OPTIONS to the domain itself (RFC 3261 §11.2).
import { field } from "../syntax/message.ts";
import { supported } from "./option-tags.ts";
import type { Reply } from "./reply.ts";

/** No Allow: a proxy forwards any method. */
export function capabilities(): Reply {
  return { status: 200, fields: [field("Accept", "*/*"), field("Supported", [...supported].join(", "))] };
}
