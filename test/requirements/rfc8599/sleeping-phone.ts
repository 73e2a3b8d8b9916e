// A page that is closed and can be woken by Web Push.
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { createNetwork, DOMAIN, type Line, type Network } from "../../support/phone/network.ts";

export const bobAor = `sip:bob@${DOMAIN}`;

export const push = { hosts: ["push.example", "*.notify.example"], keepSeconds: 3600, page: "https://phone.example/" };

export const KEYS = `B${"a".repeat(86)}.${"b".repeat(22)}`;

/** The parameters of a contact URI for a subscription at this address. */
export function pushUri(endpoint = "https://push.example/s/1?k=v", keys = KEYS): string {
  return `;pn-provider=webpush;pn-prid=${encodeURIComponent(endpoint)};pn-param=${keys}`;
}

export const INSTANCE = "urn:uuid:00000000-0000-4000-8000-00000000000b";

/** Bob's phone of this instance registers with its push address. */
export function bobOnline(network: Network, line: Line = {}) {
  return network.online("bob", { instance: INSTANCE, uriParameters: pushUri(), ...line });
}

/** Bob has registered, and has closed the page. */
export async function asleep(settings: Partial<Settings> = {}) {
  const network = createNetwork({ push, ...settings });
  const alice = await network.online("alice");
  const bob = await bobOnline(network);
  await bob.close();
  return { network, alice, bob };
}
