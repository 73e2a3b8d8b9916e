// History-Info (RFC 7044): the addresses that a forwarded call was for, the first one first, with the causes of RFC 4458 as
// RFC 7544 §4 maps them from Diversion. A call that nothing has forwarded carries none, unless the hop before has begun.
// Branches that were tried before, and responses, have no entries.
import { MAX_HISTORY_INDEX } from "../policy/sizes.ts";
import { aorOf } from "../syntax/aor.ts";
import { decode } from "../syntax/header-table.ts";
import { field, headers, type SipRequest, withFields } from "../syntax/message.ts";
import { type NameAddr, parseNameAddr } from "../syntax/name-addr.ts";
import { parameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { parseUri } from "../syntax/uri.ts";
import type { DiversionReason, Diversions } from "./diversion.ts";

/** RFC 7544 §4; 404 stands for any reason without a cause of its own. */
const causes: Readonly<Record<DiversionReason, number>> = {
  unconditional: 302,
  "user-busy": 486,
  "no-answer": 408,
  unavailable: 503,
  "do-not-disturb": 404,
  "time-of-day": 404,
};

/**
 * The request with an entry for each forwarding (§9.1, §10.3). Before the first one an entry for the Request-URI, unless the last
 * hop has noted it. A caller that wants privacy (§10.1) gets none.
 * @param branches of the call since the last entry: their copies have the numbers up to this one below it
 */
export function withForwardings(request: SipRequest, diversions: Diversions, branches: number): SipRequest {
  const isNoted = diversions.length > 0 || indexOf(lastEntry(request)) !== undefined;
  if (!isNoted || wantsPrivacy(request)) return request;
  let [noted, index] = withBeginning(request, diversions.at(-1)?.from);
  for (const [step, { to, reason }] of diversions.toReversed().entries()) {
    const before = index;
    index = `${before}.${step === 0 ? branches + 1 : 1}`;
    const [uri = to] = to.split("?"); // an entry's header part would be read as its Reason
    noted = withEntry(noted, `<${uri};cause=${causes[reason]}>;index=${index};mp=${before}`);
  }
  return noted;
}

/** The copy for one target: its contact, as registered for the last entry (§10.4). @param branch since that entry, from 1 */
export function withContact(request: SipRequest, contact: string, branch: number): SipRequest {
  const index = indexOf(lastEntry(request));
  return index === undefined ? request : withEntry(request, `<${contact}>;index=${index}.${branch};rc=${index}`);
}

/**
 * The request with an entry for its URI, unless the last entry is that, or the address whose forwarding comes next. §10.3: a
 * missing entry is a 0 in the index.
 */
function withBeginning(request: SipRequest, forwarder = request.uri): readonly [SipRequest, index: string] {
  const last = lastEntry(request);
  const known = indexOf(last);
  if (last !== undefined && known !== undefined && [request.uri, forwarder].some((uri) => isSame(last.address, uri))) {
    return [request, known];
  }
  const index = known === undefined ? "1" : `${known}.0.1`;
  return [withEntry(request, `<${request.uri}>;index=${index}`), index];
}

function lastEntry(request: SipRequest): NameAddr | undefined {
  const last = headers(request, "history-info").flatMap(splitList).at(-1);
  return last === undefined ? undefined : parseNameAddr(last);
}

function indexOf(entry: NameAddr | undefined): string | undefined {
  const index = parameter(entry?.parameters ?? [], "index");
  return index !== undefined && index.length <= MAX_HISTORY_INDEX && /^\d+(?:\.\d+)*$/.test(index) ? index : undefined;
}

function isSame(address: string, uri: string): boolean {
  const [one, other] = [parseUri(address), parseUri(uri)];
  return address === uri || (one !== undefined && other !== undefined && aorOf(one) === aorOf(other));
}

/** Below the last one (§5). */
function withEntry(request: SipRequest, value: string): SipRequest {
  const last = request.fields.findLastIndex(({ name }) => name === "history-info");
  const at = last < 0 ? request.fields.findIndex(({ name }) => name === "to") + 1 : last + 1;
  return withFields(request, request.fields.toSpliced(at, 0, field("History-Info", value)));
}

function wantsPrivacy(request: SipRequest): boolean {
  const privacy = decode(request, "Privacy");
  return privacy.ok && privacy.value.some((kind) => PRIVATE.has(kind.toLowerCase()));
}

/** RFC 3323 §4.2, RFC 7044 §10.1. */
const PRIVATE = new Set(["history", "header", "session"]);
