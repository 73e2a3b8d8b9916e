// Ids as API Gateway makes them.
import { randomFillSync } from "node:crypto";

/** Sixteen characters, the last one `=`: eleven bytes in base64 with the alphabet for URLs. Also for requests and messages. */
export function newGatewayId(): string {
  if (used + BYTES > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return `${pool.toString("base64url", used - BYTES, used)}=`;
}

const BYTES = 11;

/** Filled at once: an event needs several ids, and each call for random bytes costs as much as the rest of the id. */
const pool = Buffer.alloc(BYTES * 372);
let used = pool.length;
