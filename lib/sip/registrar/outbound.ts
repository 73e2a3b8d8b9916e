// What RFC 5626 asks of a registrar that is also the edge proxy, and RFC 3327 and RFC 3608 with it.
import type { Essentials } from "../syntax/essentials.ts";
import { wants } from "../uas/option-tags.ts";
import type { Refusal } from "../uas/reply.ts";
import { field, type HeaderField, headers, type SipRequest } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { hasParameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import type { WantedContact } from "./contact.ts";

/** Seconds of silence after which API Gateway closes a connection, less ten for the way (RFC 5626 §5.4 Flow-Timer). */
const FLOW_TIMER_SECONDS = 590;

/** The Path of the request, topmost first. */
export function pathOf(request: SipRequest): readonly string[] {
  return headers(request, "path").flatMap(splitList);
}

/** Does one of the contacts register a flow of its own (RFC 5626 §6)? */
function usesOutbound(request: SipRequest, contacts: readonly WantedContact[]): boolean {
  return wants(request, "outbound") && contacts.some(({ regId }) => regId !== undefined);
}

/** Characters of all Path values together: each binding keeps them. */
const MAX_PATH = 1024;

/**
 * 439: a reg-id that came through a first hop which does not keep flows (§6). 513: a Path no row has room for. 400: what is
 * no Path, for it would become a Route of ours.
 */
export function refuseWay(
  request: SipRequest,
  { hops }: Essentials,
  contacts: readonly WantedContact[],
): Refusal | undefined {
  const path = pathOf(request);
  if (path.join().length > MAX_PATH) return { status: 513, reason: "Path Too Long" };
  if (path.some((value) => parseNameAddr(value) === undefined)) return { status: 400, reason: "Malformed Path" };
  if (!usesOutbound(request, contacts)) return undefined;
  if (contacts.filter(({ expires }) => expires !== 0).length > 1)
    return { status: 400, reason: "One Flow, One Contact" };
  const first = parseNameAddr(path.at(-1) ?? "");
  const keepsFlow = first?.uri.kind === "sip" && hasParameter(first.uri.parameters, "ob");
  return hops > 1 && !keepsFlow ? { status: 439 } : undefined;
}

/** What the 200 says about how the device is reached. */
export function registeredFields(
  request: SipRequest,
  contacts: readonly WantedContact[],
  domain: string,
): readonly HeaderField[] {
  const path = pathOf(request).map((value) => field("Path", value)); // RFC 3327 §5.3
  const serviceRoute = field("Service-Route", `<sip:${domain};transport=ws;lr>`); // RFC 3608 §6.3
  if (!usesOutbound(request, contacts)) return [...path, serviceRoute];
  return [...path, serviceRoute, field("Require", "outbound"), field("Flow-Timer", FLOW_TIMER_SECONDS)];
}
