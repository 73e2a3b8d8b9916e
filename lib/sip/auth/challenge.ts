// How we ask who somebody is (RFC 3261 §22.2, §22.3): 401 as a registrar, 407 as a proxy.
import type { Refusal } from "../respond.ts";
import { serializeAuthHeader } from "../syntax/auth-header.ts";
import { field } from "../syntax/message.ts";
import type { FlowId } from "../transport/end.ts";
import type { World } from "../world.ts";
import { createNonce } from "./nonce.ts";

export type Role = "registrar" | "proxy";

/** Header names and status by role. */
export const authHeaders = {
  registrar: { status: 401, challenge: "WWW-Authenticate", credentials: "authorization" },
  proxy: { status: 407, challenge: "Proxy-Authenticate", credentials: "proxy-authorization" },
} as const;

/** One challenge per algorithm, in the deployment's order; the client takes the first it knows (RFC 8760 §2.4). */
export function challenge(role: Role, flow: FlowId, world: World, isStale = false): Refusal {
  const nonce = createNonce(flow, world.now, world.random(), world.keys);
  const { status, challenge } = authHeaders[role];
  const fields = world.settings.digestAlgorithms.map((algorithm) => {
    const parameters = new Map([
      ["realm", realmOf(world)],
      ["nonce", nonce],
      ["algorithm", algorithm],
      ["qop", "auth"],
    ]);
    if (isStale) parameters.set("stale", "true");
    return field(challenge, serializeAuthHeader({ scheme: "digest", parameters }));
  });
  return { status, fields };
}

export function realmOf(world: World): string {
  return world.settings.domains[0] ?? "";
}
