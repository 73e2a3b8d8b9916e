// The domain of the stories, with many kinds of subscribers and settings.
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import type { Settings } from "../../../lib/sip/policy/settings.ts";

export const DOMAIN = "example.com";

/** Settings that change the handling of a message; each story has one of them. */
export const settingsOf: readonly Partial<Settings>[] = [
  {},
  { followsRedirects: true },
  { digestAlgorithms: ["MD5"], peers: { "pstn.example": `sip:carol@${DOMAIN}` } },
  { followsRedirects: true, routing: "redirect" },
];

/** Routing policies of the subscribers: one of each kind. */
const policies: Readonly<Record<string, RoutingPolicy>> = {
  alice: {},
  bob: { forwarding: { busy: `sip:carol@${DOMAIN}` }, ringSeconds: 60 },
  carol: { forwarding: { noAnswer: `sip:alice@${DOMAIN}` } },
  dave: { forwarding: { always: `sip:bob@${DOMAIN}` } },
  ann: { aliasOf: `sip:alice@${DOMAIN}` },
  rita: { routing: "redirect", forwarding: { always: "sip:rita@elsewhere.example" } },
  team: { group: ["alice", "bob", "carol"].map((user) => `sip:${user}@${DOMAIN}`) },
};

/** Users with a password, which is their name. */
const users = new Set(["alice", "bob", "carol"]);

export const subscribers: readonly Subscriber[] = Object.entries(policies).map(([user, policy]) =>
  Object.assign({ aor: `sip:${user}@${DOMAIN}`, ha1: users.has(user) ? secretsOf(user) : {} }, policy),
);

/** Users that may be called, one of which does not exist. */
export const callable: readonly string[] = [...Object.keys(policies), "nobody"];

function secretsOf(user: string): Subscriber["ha1"] {
  return { MD5: ha1("MD5", user, DOMAIN, user), "SHA-256": ha1("SHA-256", user, DOMAIN, user) };
}
