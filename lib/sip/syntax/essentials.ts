// The six mandatory header fields (RFC 3261 §8.1.1), decoded once for all layers, and the syntax checks of §16.3 step 1. Other
// headers are not checked here and may be malformed (RFC 4475 §3.1.2).
import { endOf, URI } from "./characters.ts";
import { type CSeq, parseCSeq } from "./cseq.ts";
import { type HeaderField, numberOf, valueOf } from "./header-field.ts";
import type { SipMessage } from "./message.ts";
import { type NameAddr, parseNameAddr } from "./name-addr.ts";
import { parameter } from "./parameters.ts";
import { splitList } from "./scan.ts";
import { parseVia, type Via } from "./via.ts";

export interface Essentials {
  /** The topmost Via. */
  readonly via: Via;
  /** The topmost Via element as written. */
  readonly viaText: string;
  /** Number of Via elements. */
  readonly hops: number;
  readonly from: NameAddr;
  readonly fromTag: string | undefined;
  readonly to: NameAddr;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: CSeq;
  /** Absent in messages of RFC 2543 clients. */
  readonly maxForwards: number | undefined;
}

export type ReadEssentials =
  | { readonly ok: true; readonly essentials: Essentials }
  | { readonly ok: false; readonly reason: string };

/** Fields that may occur once and are read here, in the order of `sort`. */
const SINGLE = ["from", "to", "call-id", "cseq", "max-forwards", "content-type", "expires", "event"];
const places = new Map(SINGLE.map((name, place) => [name, place]));

export function readEssentials(message: SipMessage): ReadEssentials {
  const sorted = sort(message.fields);
  if (typeof sorted === "string") return malformed(sorted);
  if (hasLooseNul(message.fields)) return malformed("NUL in Header Field");
  if (message.kind === "request" && !isUriText(message.uri)) return malformed("Malformed Request-Line");

  const top = readVias(sorted.vias);
  if (top === undefined) return malformed("Malformed Via");
  const [fromField, toField, callIdField, cseqField, maxForwardsField] = sorted.single;
  const from = fromField && parseNameAddr(valueOf(fromField));
  if (from === undefined) return malformed("Malformed From");
  const to = toField && parseNameAddr(valueOf(toField));
  if (to === undefined) return malformed("Malformed To");
  const callId = callIdField && valueOf(callIdField);
  if (callId === undefined || !CALL_ID.test(callId)) return malformed("Malformed Call-ID");
  const cseq = cseqField && parseCSeq(valueOf(cseqField));
  if (cseq === undefined) return malformed("Malformed CSeq");
  if (message.kind === "request" && cseq.method !== message.method) return malformed("CSeq Does Not Match Method");
  const maxForwards = maxForwardsField && (numberOf(maxForwardsField) ?? Number.NaN);
  if (maxForwards !== undefined && !(maxForwards <= 255)) return malformed("Malformed Max-Forwards");

  return {
    ok: true,
    essentials: {
      via: top.via,
      viaText: top.text,
      hops: top.hops,
      from,
      fromTag: parameter(from.parameters, "tag"),
      to,
      toTag: parameter(to.parameters, "tag"),
      callId,
      cseq,
      maxForwards,
    },
  };
}

function malformed(reason: string): ReadEssentials {
  return { ok: false, reason };
}

/** A URI of any scheme without quotes, brackets or white space, so that it stays one word of one line. */
function isUriText(text: string): boolean {
  return endOf(URI, text, 0, text.length) === text.length;
}

const CALL_ID = /^[^\s]+$/;

interface Sorted {
  readonly vias: readonly HeaderField[];
  readonly single: readonly (HeaderField | undefined)[];
}

/**
 * The fields read here, or the problem. A line that is not a field is refused, because another parser may read it
 * differently.
 */
function sort(fields: readonly HeaderField[]): Sorted | string {
  const vias: HeaderField[] = [];
  const single = Array<HeaderField | undefined>(SINGLE.length);
  for (const field of fields) {
    const { name } = field;
    if (name === "via") vias.push(field);
    if (name === "") return "Malformed Header Name";
    const place = places.get(name);
    if (place === undefined) continue;
    if (single[place] !== undefined) return `Duplicate ${name}`;
    single[place] = field;
  }
  return { vias, single };
}

interface TopVia {
  readonly via: Via;
  readonly text: string;
  readonly hops: number;
}

/** The topmost Via element; undefined without a Via, and if any element is malformed. */
function readVias(fields: readonly HeaderField[]): TopVia | undefined {
  let top: { readonly via: Via; readonly text: string } | undefined;
  let hops = 0;
  for (const field of fields) {
    for (const text of splitList(valueOf(field))) {
      const via = parseVia(text);
      if (via === undefined) return undefined;
      top ??= { via, text };
      hops += 1;
    }
  }
  return top && { ...top, hops };
}

/** §25.1: a NUL is allowed in a quoted-pair only. */
function hasLooseNul(fields: readonly HeaderField[]): boolean {
  let text = "";
  let hasNul = false;
  for (const { source, start, end } of fields) {
    if (source !== text) {
      text = source;
      hasNul = source.includes("\0");
    }
    if (hasNul && LOOSE_NUL.test(source.slice(start, end))) return true;
  }
  return false;
}

const LOOSE_NUL = /(?<!\\)(?:\\\\)*\0/;
