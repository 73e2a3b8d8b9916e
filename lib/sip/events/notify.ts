// A NOTIFY (RFC 6665 §4.2.2). Its number is that of the report of the state, counted from the beginning of the subscription, so a
// phone can order NOTIFYs that two processes sent, and no row has to count them.
import { type Send, send } from "../effect.ts";
import { realmOf } from "../policy/settings.ts";
import { forStrictRouter } from "../proxy/forward-request.ts";
import { partsOf, reportsOf, type ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Subscription } from "../state/subscription.ts";
import { utf8Length } from "../syntax/body.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { type NotifyTry, viaOfNotify } from "../tokens/notify-branch.ts";
import { EVENT_LIST } from "../uas/option-tags.ts";
import type { World } from "../world.ts";
import { viewFor } from "./dialog-view.ts";
import type { EventPackage } from "./event-package.ts";
import { contactOf, isList } from "./list.ts";
import { type Body, listBody, type ListReport } from "./rlmi.ts";

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
  /** Of a resource list. */
  readonly list?: ListReport;
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
  const { eventPackage, state, ending, attempt = "plain" } = report;
  const number = notifyNumber(subscription, state);
  // A watcher that may not watch any more learns nothing else.
  const body = ending === "rejected" ? NO_BODY : bodyOf(subscription, report, number, world);
  const standing = ending === undefined ? `active;expires=${expiresAt - world.now}` : `terminated;reason=${ending}`;
  const { event: name } = eventPackage.sources.membersOf ?? eventPackage;
  const event = eventId === undefined ? name : `${name};id=${eventId}`;
  const fields = [
    viaOfNotify({ resource, id, number, attempt }, realmOf(world), world.keys),
    ...routes.map((route) => field("Route", route)),
    field("Max-Forwards", 70),
    field("From", from),
    field("To", to),
    field("Call-ID", callId),
    field("CSeq", `${number} NOTIFY`),
    field("Contact", `<${contactOf(resource)}>`),
    field("Event", event),
    field("Subscription-State", standing),
    ...(isList(resource) ? [field("Require", EVENT_LIST)] : []), // RFC 4662 §4.1
    ...(body.text === "" ? [] : [field("Content-Type", body.type)]),
    field("Content-Length", utf8Length(body.text)),
  ];
  return forStrictRouter({ kind: "request", method: "NOTIFY", uri: contact, fields, body: body.text });
}

const NO_BODY: Body = { type: "", text: "" };

function bodyOf(
  { resource, watcher }: Subscription,
  { eventPackage, state, owner, list }: Report,
  number: number,
  world: Writing,
): Body {
  const { now, keys } = world;
  if (list !== undefined) return listBody(list, { watcher: watcher.aor, now, number, host: realmOf(world), keys });
  const { aor } = partsOf(resource);
  const view = viewFor(watcher.aor, aor, owner, keys);
  return { type: eventPackage.contentType, text: eventPackage.document(state, aor, now, number, view) };
}
