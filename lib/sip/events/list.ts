// A resource list (RFC 4662): a resource of its own, whose state has the members. So its reports are counted in one row, and
// number the NOTIFYs of all of its watchers.
import { partsOf, resourceOf } from "../state/resource-state.ts";
import { type Aor, aorOf, isOurDomain } from "../syntax/aor.ts";
import { parameter } from "../syntax/parameters.ts";
import { parseUri, type Uri } from "../syntax/uri.ts";
import { hashOf } from "../tokens/hash.ts";
import type { EventPackage } from "./event-package.ts";

const LIST = ".list";

/** The lists of a package. Their documents are those of the members (`rlmi.ts`). */
export function listOf(base: EventPackage): EventPackage {
  return {
    event: `${base.event}${LIST}`,
    contentType: "multipart/related",
    audience: base.audience,
    secondsBetween: base.secondsBetween,
    sources: { membersOf: base },
    document: () => "",
  };
}

export function isList(resource: string): boolean {
  return partsOf(resource).event.endsWith(LIST);
}

/**
 * The list that is the group of an address, or one that a SUBSCRIBE has brought.
 * @param name of the latter: that of its subscription, or empty
 */
export function listResource({ event }: EventPackage, aor: Aor, name: string): string {
  return resourceOf(`${event}${LIST}`, name === "" ? aor : `${aor};${PARAMETER}=${name}`);
}

/** Tells a SUBSCRIBE within the dialog of a list from others, and names a list that a SUBSCRIBE has brought. */
const PARAMETER = "list";

/** The URI of a resource in Contact: the Request-URI of the next SUBSCRIBE. */
export function contactOf(resource: string): string {
  const { aor } = partsOf(resource);
  return isList(resource) && !isBrought(resource) ? `${aor};${PARAMETER}` : aor;
}

/** The name of the list that a Request-URI has from `contactOf`. */
export function listNameIn(uri: string): string | undefined {
  const parsed = parseUri(uri);
  return parsed?.kind === "sip" ? parameter(parsed.parameters, PARAMETER) : undefined;
}

/** A list that a SUBSCRIBE has brought (RFC 5367). */
export function isBrought(resource: string): boolean {
  return nameAt(partsOf(resource).aor) >= 0;
}

/** Index of the name of a list that was brought; -1 without one. A user may have the same characters in its own name. */
function nameAt(aor: string): number {
  return aor.indexOf(`;${PARAMETER}=`, aor.indexOf("@"));
}

/** The address that the SUBSCRIBE to a list was sent to. */
export function addressOf(resource: string): Aor {
  const { aor } = partsOf(resource);
  return isBrought(resource) ? aor.slice(0, nameAt(aor)) : aor;
}

/** The AOR of a member, if it is of a domain served here. */
export function memberAor(uri: string, domains: readonly string[]): Aor | undefined {
  const parsed: Uri | undefined = parseUri(uri);
  return parsed !== undefined && isOurDomain(parsed, domains) ? aorOf(parsed) : undefined;
}

/** Identifies a list among the watchers of its members. */
export function listId(list: string): string {
  return hashOf([list], 22);
}
