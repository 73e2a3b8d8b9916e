// Ids as API Gateway makes them.
import { randomBytes } from "node:crypto";

/** Sixteen characters, the last one `=`: eleven bytes in base64 with the alphabet for URLs. Also for requests and messages. */
export function newGatewayId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}
