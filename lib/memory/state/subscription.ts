// A subscription to the state of a resource: one record, replaced as a whole.
import { subscriptionKey } from "../../sip/state/subscription.ts";
import type { Write } from "./record.ts";

export const putSubscription: Write<"subscription"> = ({ subscriptions }, { subscription }) => {
  const key = subscriptionKey(subscription);
  if ((subscriptions.get(key)?.version ?? 0) !== subscription.version) return "conflict";
  subscriptions.set(key, { ...subscription, version: subscription.version + 1 });
  return "committed";
};

export const askSubscription: Write<"subscription asked"> = ({ subscriptions }, { at, ...change }) => {
  const key = subscriptionKey(change);
  const stored = subscriptions.get(key);
  if (stored !== undefined && stored.unansweredSince === undefined) {
    subscriptions.set(key, { ...stored, version: stored.version + 1, unansweredSince: at });
  }
  return "committed";
};

export const noteAnswer: Write<"subscription answered"> = ({ subscriptions }, change) => {
  const key = subscriptionKey(change);
  const { unansweredSince, isNew: _isNew, ...stored } = subscriptions.get(key) ?? {};
  if ("version" in stored && unansweredSince !== undefined) {
    subscriptions.set(key, { ...stored, version: stored.version + 1 });
  }
  return "committed";
};

export const removeSubscription: Write<"subscription over"> = ({ subscriptions }, { version, ...change }) => {
  const key = subscriptionKey(change);
  const stored = subscriptions.get(key);
  if (version !== undefined && stored !== undefined && stored.version !== version) return "conflict";
  subscriptions.delete(key);
  return "committed";
};
