// Which transaction a message belongs to (RFC 3261 §17.1.3, §17.2.3), and the tags of answers that belong to none.
import { createHash } from "node:crypto";
import type { Essentials } from "../syntax/essentials.ts";
import { parameter } from "../syntax/parameters.ts";
import { type SigningKeys, sign } from "../transport/signature.ts";

/** 128 bits in base64url. */
const ID_LENGTH = 22;

/**
 * The server transaction: branch, sent-by and method. Call-ID, From tag and CSeq number join in, which a CANCEL and an
 * ACK share with their INVITE: so clients that repeat branches, or know nothing of them, are told apart (§17.2.3).
 */
export function transactionId({ via, callId, fromTag, cseq }: Essentials, method: string): string {
  const key = [
    parameter(via.parameters, "branch") ?? "",
    `${via.host}:${via.port ?? ""}`,
    method,
    callId,
    fromTag ?? "",
    cseq.number,
  ];
  return createHash("sha256").update(key.join("\n")).digest("base64url").slice(0, ID_LENGTH);
}

/** §8.2.7: a stateless answer has the same tag every time it is given. */
export function answerTag(essentials: Essentials, keys: SigningKeys): string {
  return sign("tag", transactionId(essentials, essentials.cseq.method), keys).slice(0, 12);
}
