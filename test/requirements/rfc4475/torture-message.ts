// The verdicts of the two torture RFCs (4475 and 5118), one row per message. The messages in `messages/` are the RFCs'
// own, byte for byte.
import { readFileSync } from "node:fs";
import { readEssentials, type Essentials } from "../../../lib/sip/syntax/essentials.ts";
import { defaultLimits } from "../../../lib/sip/syntax/limits.ts";
import type { SipMessage } from "../../../lib/sip/syntax/message.ts";
import { type OctetLength, parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { parseUri, type SipUri, unescape, type Uri } from "../../../lib/sip/syntax/uri.ts";

/**
 * accept: well formed, so a 400 or silence is a failure. either: the RFC lets a receiver refuse or repair it. reject: must be
 * refused. discard: a response that matches no request, so nothing is sent.
 */
export type Verdict =
  | { readonly kind: "accept"; readonly never: readonly number[]; readonly answer?: number }
  | { readonly kind: "either"; readonly never: readonly number[] }
  | { readonly kind: "reject"; readonly status: readonly number[]; readonly maySayNothing: boolean }
  | { readonly kind: "discard" };

export interface TortureMessage {
  /** The RFC's name for it, and its file. */
  readonly name: string;
  readonly section: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** The domain it is addressed to. */
  readonly domain: string;
}

interface Special {
  readonly domain?: string;
  /** Well formed, yet an element that looks closer has a reason for a 400. */
  readonly mayBe400?: boolean;
  /** The status that the RFC names for a proxy. */
  readonly answer?: number;
  readonly maySayNothing?: boolean;
}

/** A failure, or a refusal for another reason than the version or the size. */
const NEVER = [500, 505, 513];

export function accept(name: string, section: string, title: string, special: Special = {}): TortureMessage {
  const never = special.mayBe400 ? NEVER : [400, ...NEVER];
  const { answer, domain = "example.com" } = special;
  return { name, section, title, domain, verdict: { kind: "accept", never, ...(answer && { answer }) } };
}

export function either(name: string, section: string, title: string, special: Special = {}): TortureMessage {
  return { name, section, title, domain: special.domain ?? "example.com", verdict: { kind: "either", never: NEVER } };
}

export function reject(
  name: string,
  section: string,
  title: string,
  status: readonly number[],
  { maySayNothing = false, domain = "example.com" }: Special = {},
): TortureMessage {
  return { name, section, title, domain, verdict: { kind: "reject", status, maySayNothing } };
}

export function discard(name: string, section: string, title: string): TortureMessage {
  return { name, section, title, domain: "example.com", verdict: { kind: "discard" } };
}

/** The octets as they are in the RFC. */
export function wireOf(rfc: "rfc4475" | "rfc5118", name: string): Buffer {
  return readFileSync(new URL(`../${rfc}/messages/${name}.sip`, import.meta.url));
}

export type Judged =
  | { readonly ok: true; readonly message: SipMessage; readonly essentials: Essentials; readonly uri?: Uri }
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** The result of the syntax layer alone: the message, the mandatory fields, the Request-URI. */
export function judge(text: string, octets?: OctetLength): Judged {
  const parsed = parseMessage(text, defaultLimits, octets);
  if (!parsed.ok) return { ok: false, status: parsed.problem.status, reason: parsed.problem.reason };
  const { message } = parsed;
  const read = readEssentials(message);
  if (!read.ok) return { ok: false, status: 400, reason: read.reason };
  if (message.kind === "response") return { ok: true, message, essentials: read.essentials };
  const uri = parseUri(message.uri);
  if (uri === undefined) return { ok: false, status: 400, reason: "Malformed Request-URI" };
  return { ok: true, message, essentials: read.essentials, uri };
}

/** For messages that must be readable: fails with the reason if one is not. */
export function read(rfc: "rfc4475" | "rfc5118", name: string): Extract<Judged, { ok: true }> {
  const judged = judge(wireOf(rfc, name).toString("utf8"));
  if (!judged.ok) throw new Error(`${name} was refused: ${judged.reason}`);
  return judged;
}

export function readRequest(rfc: "rfc4475" | "rfc5118", name: string) {
  const { message, essentials, uri } = read(rfc, name);
  if (message.kind === "response" || uri === undefined) throw new Error(`${name} is not a request`);
  return { message, essentials, uri };
}

/** The SIP URI of something that must have one. */
export function sipUri(holder: { readonly uri: Uri } | undefined): SipUri {
  if (holder?.uri.kind !== "sip") throw new Error("no SIP URI");
  return holder.uri;
}

/** The user as typed. */
export function userOf(holder: { readonly uri: Uri } | undefined): string {
  return unescape(sipUri(holder).user ?? "");
}

/** `400 Malformed Via` for a message that must not be readable. */
export function refusalOf(rfc: "rfc4475" | "rfc5118", name: string): string {
  const judged = judge(wireOf(rfc, name).toString("utf8"));
  return judged.ok ? "accepted" : `${judged.status} ${judged.reason}`;
}

/** The results allowed for the syntax layer alone; other layers discard a response. */
export function isAllowed(verdict: Verdict, judged: Judged): boolean {
  if (verdict.kind === "accept") return judged.ok;
  if (verdict.kind === "reject") return !judged.ok && verdict.status.includes(judged.status);
  return verdict.kind === "discard" || judged.ok || !verdict.never.includes(judged.status);
}

/** mpart01 alone is not UTF-8: one character stands for one of its octets. */
export function judgeWire(rfc: "rfc4475" | "rfc5118", name: string): Judged {
  const wire = wireOf(rfc, name);
  return name === "mpart01" ? judge(wire.toString("latin1"), (text) => text.length) : judge(wire.toString("utf8"));
}
