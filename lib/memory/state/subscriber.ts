// Subscribers: the operator of the process adds them, and users change their own settings.
import { ownSettingNames } from "../../sip/state/own-settings.ts";
import { type Forwarding, forwardingNames } from "../../sip/state/routing-policy.ts";
import type { Subscriber } from "../../sip/state/subscriber.ts";
import type { Rows, Write } from "./record.ts";

export function putSubscriber({ subscribers }: Rows, subscriber: Subscriber): void {
  subscribers.set(subscriber.aor, subscriber);
}

export const putOwnSettings: Write<"own settings"> = ({ subscribers }, { aor, set, removed, read, mayBeNew }) => {
  const present = subscribers.get(aor);
  const isOfForwarding = set.forwarding !== undefined || removed.includes("forwarding");
  if (present === undefined && !mayBeNew) return "conflict";
  if (isOfForwarding && !isSame(present?.forwarding, read)) return "conflict";
  const next = { ...(present ?? { aor, ha1: {} }), ...set };
  for (const name of ownSettingNames) if (removed.includes(name)) delete next[name];
  subscribers.set(aor, next);
  return "committed";
};

function isSame(one: Forwarding | undefined, other: Forwarding | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return forwardingNames.every((name) => one[name] === other[name]);
}
