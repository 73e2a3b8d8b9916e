// CSeq (RFC 3261 §20.16): orders requests within a dialog and ties an answer to its method.
import { isToken } from "./characters.ts";

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** §8.1.1.5: the number must be below 2^31. */
export function parseCSeq(value: string): CSeq | undefined {
  const match = /^(\d{1,20})[ \t]+(\S+)$/.exec(value);
  if (match === null) return undefined;
  const [, digits = "", method = ""] = match;
  const number = Number(digits);
  return number < 2 ** 31 && isToken(method) ? { number, method } : undefined;
}

export function serializeCSeq({ number, method }: CSeq): string {
  return `${number} ${method}`;
}
