// Outbound (RFC 5626) of a registrar that is also the edge proxy, with Path (RFC 3327) and Service-Route (RFC 3608).
import type { Essentials } from "../syntax/essentials.ts";
import { wants } from "../uas/option-tags.ts";
import type { Platform } from "../policy/platform.ts";
import { MAX_PATH } from "../policy/sizes.ts";
import { decode, decodedValue } from "../syntax/header-table.ts";
import { field, type HeaderField, type SipRequest } from "../syntax/message.ts";
import { serializeNameAddr } from "../syntax/name-addr.ts";
import { hasParameter } from "../syntax/parameters.ts";
import type { WantedContact } from "./contact.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import { FLOW_TIMER_MARGIN_SECONDS } from "../policy/timers.ts";

/** The Path of the request, topmost first. */
export function pathOf(request: SipRequest): readonly string[] {
  return decodedValue(decode(request, "Path"))?.map(serializeNameAddr) ?? [];
}

/** One of the contacts registers a flow (RFC 5626 §6). */
function usesOutbound(request: SipRequest, contacts: readonly WantedContact[]): boolean {
  return wants(request, "outbound") && contacts.some(({ regId }) => regId !== undefined);
}

/**
 * 439: a reg-id that came through a first hop which does not keep flows (§6). 513: a Path too long for the row. 400: a
 * malformed Path, which would later be sent as a Route.
 */
export function refusePath(
  request: SipRequest,
  { hops }: Essentials,
  contacts: readonly WantedContact[],
): Reply | undefined {
  const path = decode(request, "Path");
  if (!path.ok && path.problem === "malformed") return refusal("malformed-path");
  if (pathOf(request).join().length > MAX_PATH) return refusal("path-too-long");
  if (!usesOutbound(request, contacts)) return undefined;
  if (contacts.filter(({ expires }) => expires !== 0).length > 1) return refusal("one-flow-one-contact");
  const first = decodedValue(path)?.at(-1);
  const keepsFlow = first?.uri.kind === "sip" && hasParameter(first.uri.parameters, "ob");
  return hops > 1 && !keepsFlow ? refusal("no-outbound-first-hop") : undefined;
}

/** Fields of the 200 that say how the device is reached. */
export function registeredFields(
  request: SipRequest,
  contacts: readonly WantedContact[],
  domain: string,
  { idleSeconds }: Pick<Platform, "idleSeconds">,
): readonly HeaderField[] {
  const path = pathOf(request).map((value) => field("Path", value)); // RFC 3327 §5.3
  const serviceRoute = field("Service-Route", `<sip:${domain};transport=ws;lr>`); // RFC 3608 §6.3
  if (!usesOutbound(request, contacts)) return [...path, serviceRoute];
  return [
    ...path,
    serviceRoute,
    field("Require", "outbound"),
    field("Flow-Timer", idleSeconds - FLOW_TIMER_MARGIN_SECONDS),
  ];
}
