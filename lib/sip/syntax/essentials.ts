// The six header fields without which there is no SIP (RFC 3261 §8.1.1), decoded once for all layers, and the checks
// §16.3 step 1 calls reasonable: what we do not look at may be as malformed as it likes (RFC 4475 §3.1.2).
import { type CSeq, parseCSeq } from "./cseq.ts";
import { type SipMessage, valueOf } from "./message.ts";
import { type NameAddr, parseNameAddr } from "./name-addr.ts";
import { parameter } from "./parameters.ts";
import { splitList } from "./scan.ts";
import { parseVia, type Via } from "./via.ts";

export interface Essentials {
  /** The topmost Via. */
  readonly via: Via;
  /** The element of the topmost Via as written. */
  readonly viaText: string;
  /** How many Via elements there are. */
  readonly hops: number;
  readonly from: NameAddr;
  readonly fromTag: string | undefined;
  readonly to: NameAddr;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: CSeq;
  /** Absent in messages of RFC 2543 times. */
  readonly maxForwards: number | undefined;
}

export type ReadEssentials =
  | { readonly ok: true; readonly essentials: Essentials }
  | { readonly ok: false; readonly reason: string };

/** Fields that may stand only once and that we read. */
const SINGLE = new Set(["from", "to", "call-id", "cseq", "max-forwards", "content-type", "expires", "event"]);

const CALL_ID = /^[^\s]+$/;

export function readEssentials(message: SipMessage): ReadEssentials {
  const single = new Map<string, string>();
  const vias: string[] = [];
  for (const field of message.fields) {
    if (field.name === "via") for (const via of splitList(valueOf(field))) vias.push(via);
    if (!SINGLE.has(field.name)) continue;
    if (single.has(field.name)) return malformed(`Duplicate ${field.name}`);
    single.set(field.name, valueOf(field));
  }

  const [viaText = ""] = vias;
  const [via, ...furtherVias] = vias.map(parseVia);
  if (via === undefined || furtherVias.includes(undefined)) return malformed("Malformed Via");
  const from = parseNameAddr(single.get("from") ?? "");
  if (from === undefined) return malformed("Malformed From");
  const to = parseNameAddr(single.get("to") ?? "");
  if (to === undefined) return malformed("Malformed To");
  const callId = single.get("call-id") ?? "";
  if (!CALL_ID.test(callId)) return malformed("Malformed Call-ID");
  const cseq = parseCSeq(single.get("cseq") ?? "");
  if (cseq === undefined) return malformed("Malformed CSeq");
  if (message.kind === "request" && cseq.method !== message.method) return malformed("CSeq Does Not Match Method");
  const hops = single.get("max-forwards");
  if (hops !== undefined && !(/^\d{1,10}$/.test(hops) && Number(hops) <= 255))
    return malformed("Malformed Max-Forwards");

  return {
    ok: true,
    essentials: {
      via,
      viaText,
      hops: vias.length,
      from,
      fromTag: parameter(from.parameters, "tag"),
      to,
      toTag: parameter(to.parameters, "tag"),
      callId,
      cseq,
      maxForwards: hops === undefined ? undefined : Number(hops),
    },
  };
}

function malformed(reason: string): ReadEssentials {
  return { ok: false, reason };
}
