// A NOTIFY (RFC 6665 §4.2.2). Its number is that of the report of the state, counted from the beginning of the subscription, so a
// phone can order NOTIFYs that two processes sent, and no row has to count them.
import { type Send, send } from "../outcome.ts";
import { realmOf } from "../policy/settings.ts";
import { forStrictRouter } from "../proxy/forward-request.ts";
import { partsOf, reportsOf, type ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Subscription } from "../state/subscription.ts";
import { utf8Length } from "../syntax/body.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { type NotifyTry, viaOfNotify } from "../tokens/notify-branch.ts";
import type { World } from "../world.ts";
import type { EventPackage } from "./event-package.ts";
import { maySeeDialogs } from "./watch-policy.ts";

/**
 * Why a subscription ends (RFC 6665 §4.1.3). SIP.js subscribes again at once after `timeout`, so it is given to one that is
 * over.
 */
export type Ending = "timeout" | "noresource" | "rejected";

export interface Report {
  readonly eventPackage: EventPackage;
  /** With the version under which it is stored. */
  readonly state: ResourceState;
  readonly ending?: Ending;
  /** The user whose state it is, with its policy. */
  readonly owner?: Subscriber | undefined;
  readonly attempt?: NotifyTry;
}

type Writing = Pick<World, "now" | "settings" | "keys">;

export function notify(subscription: Subscription, report: Report, world: Writing): Send {
  const { resource, id, watcher } = subscription;
  return { ...send(watcher, requestTo(subscription, report, world)), subscription: { resource, id } };
}

/** The CSeq of the NOTIFY of a state. */
export function notifyNumber(
  { base, extra }: Pick<Subscription, "base" | "extra">,
  state: Pick<ResourceState, "version" | "unreported">,
): number {
  return 1 + reportsOf(state) - base + extra;
}

function requestTo(subscription: Subscription, report: Report, world: Writing): SipRequest {
  const { resource, id, contact, routes = [], callId, from, to, eventId, expiresAt } = subscription;
  const { eventPackage, state, ending, owner, attempt = "plain" } = report;
  const { aor } = partsOf(resource);
  const number = notifyNumber(subscription, state);
  const view = maySeeDialogs(subscription.watcher.aor, aor, owner) ? "named" : "virtual";
  // A watcher that may not watch any more learns nothing else.
  const body = ending === "rejected" ? "" : eventPackage.document(state, aor, world.now, number, view);
  const standing = ending === undefined ? `active;expires=${expiresAt - world.now}` : `terminated;reason=${ending}`;
  const event = eventId === undefined ? eventPackage.event : `${eventPackage.event};id=${eventId}`;
  const fields = [
    viaOfNotify({ resource, id, number, attempt }, realmOf(world), world.keys),
    ...routes.map((route) => field("Route", route)),
    field("Max-Forwards", 70),
    field("From", from),
    field("To", to),
    field("Call-ID", callId),
    field("CSeq", `${number} NOTIFY`),
    field("Contact", `<${aor}>`),
    field("Event", event),
    field("Subscription-State", standing),
    ...(body === "" ? [] : [field("Content-Type", eventPackage.contentType)]),
    field("Content-Length", utf8Length(body)),
  ];
  return forStrictRouter({ kind: "request", method: "NOTIFY", uri: contact, fields, body });
}
