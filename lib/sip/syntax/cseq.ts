// CSeq (RFC 3261 §20.16): the order of requests in a dialog, and the method that a response belongs to.
import { DIGIT, endOf, isToken, skipSpace } from "./characters.ts";
import { header, type SipMessage } from "./message.ts";

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** §8.1.1.5: the number must be below 2^31. */
export function parseCSeq(value: string): CSeq | undefined {
  const digitsEnd = endOf(DIGIT, value, 0, value.length);
  const methodStart = skipSpace(value, digitsEnd, value.length);
  const number = Number(value.slice(0, digitsEnd));
  const method = value.slice(methodStart);
  const isWhole = digitsEnd > 0 && methodStart > digitsEnd && isToken(method);
  return isWhole && number < 2 ** 31 ? { number, method } : undefined;
}

/** The number of a message's CSeq; 0 where it has none. */
export function cseqNumber(message: SipMessage): number {
  return parseCSeq(header(message, "cseq") ?? "")?.number ?? 0;
}

export function serializeCSeq({ number, method }: CSeq): string {
  return `${number} ${method}`;
}
