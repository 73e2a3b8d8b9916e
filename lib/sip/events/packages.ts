// The event packages that this server is the notifier of (RFC 6665 §5). One file each; a new package adds a line.
import type { Settings } from "../policy/settings.ts";
import { headers, type SipRequest } from "../syntax/message.ts";
import { hasParameter, parameter } from "../syntax/parameters.ts";
import { decode } from "../syntax/header-table.ts";
import { preference } from "../syntax/values/parameterized.ts";
import type { EventPackage } from "./event-package.ts";
import { dialog } from "./dialog.ts";
import { listOf } from "./list.ts";
import { messageSummary } from "./message-summary.ts";
import { presence } from "./presence.ts";
import { reg } from "./reg.ts";
import { winfo } from "./winfo.ts";

const packages: readonly EventPackage[] = [presence, messageSummary, dialog, reg, winfo(presence), winfo(dialog)];

/** A package for its owner alone has no list: no user may see the states of others in it. */
const lists = packages.filter(({ audience }) => audience === "by policy").map((one) => listOf(one));

const byName: ReadonlyMap<string, EventPackage> = new Map([...packages, ...lists].map((one) => [one.event, one]));

/** Where calls are not tracked, their answers and ends are not known. */
function isServed({ sources: { calls, watchersOf } }: EventPackage, settings: Pick<Settings, "calls">): boolean {
  if (watchersOf !== undefined) return isServed(watchersOf, settings);
  return calls !== "all" || settings.calls === "tracked";
}

/** RFC 6665 §8.2.2: the value of Allow-Events. */
export function allowEvents(settings: Pick<Settings, "calls">): string {
  const served = packages.filter((one) => isServed(one, settings));
  return served.map(({ event }) => event).join(", ");
}

export const PUBLISHED_EVENTS = packages
  .filter(({ refuseDocument }) => refuseDocument !== undefined)
  .map(({ event }) => event)
  .join(", ");

export function packageOf(event: string): EventPackage | undefined {
  return byName.get(event.toLowerCase());
}

/** Whether the states of this package report calls. */
export function reportsCalls(event: string): boolean {
  return packageOf(event)?.sources.calls !== undefined;
}

/** A request's Event, if its package is served here. */
export interface EventOf {
  readonly eventPackage: EventPackage;
  readonly eventId?: string;
}

/**
 * RFC 6665 §8.2.1: the package is compared without regard to case, its `id` by octets. Other parameters change nothing, except
 * `sla` of phones that share a line: with it `dialog` means other documents than those of RFC 4235.
 */
export function eventOf(request: SipRequest, settings: Pick<Settings, "calls">): EventOf | undefined {
  const event = decode(request, "Event");
  const eventPackage = event.ok ? packageOf(event.value.value) : undefined;
  if (!event.ok || eventPackage === undefined || !isServed(eventPackage, settings)) return undefined;
  if (eventPackage.sources.membersOf !== undefined || hasParameter(event.value.parameters, "sla")) return undefined;
  const eventId = parameter(event.value.parameters, "id");
  return { eventPackage, ...(eventId !== undefined && { eventId }) };
}

/** RFC 6665 §3.1.3: without Accept the package's own type is meant. Of several ranges the narrowest counts (RFC 3261 §20.1). */
export function isAccepted(request: SipRequest, { contentType }: EventPackage): boolean {
  if (headers(request, "accept").length === 0) return true;
  const accept = decode(request, "Accept");
  const [type = ""] = contentType.split("/");
  const accepted = accept.ok ? accept.value : [];
  const [narrowest] = [contentType, `${type}/*`, "*/*"].flatMap(
    (range) => accepted.find(({ value }) => value.toLowerCase() === range) ?? [],
  );
  return narrowest !== undefined && preference(narrowest) !== 0;
}
