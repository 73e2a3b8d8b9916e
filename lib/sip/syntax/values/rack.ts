// RAck (RFC 3262 §7.2): which reliable provisional response a PRACK acknowledges.
import { type CSeq, parseCSeq } from "../cseq.ts";
import type { Codec } from "./codec.ts";
import { uint32 } from "./number.ts";

export interface RAck {
  /** The RSeq of the response. */
  readonly response: number;
  /** The CSeq of the request it answers. */
  readonly request: CSeq;
}

export const rack: Codec<RAck> = {
  parse(text) {
    const [first = "", ...rest] = text.split(/[ \t]+/);
    const response = uint32.parse(first);
    const request = parseCSeq(rest.join(" "));
    return response === undefined || request === undefined ? undefined : { response, request };
  },
  serialize: ({ response, request: { number, method } }) => `${response} ${number} ${method}`,
};
