// Parts that SUBSCRIBE and PUBLISH have in common (RFC 6665 §4.2.1, RFC 3903 §6).
import { authenticated } from "../auth/authenticated.ts";
import type { Outcome } from "../outcome.ts";
import { type ExpiryPolicy, grantExpiry } from "../policy/expiry.ts";
import { decode } from "../syntax/header-table.ts";
import { field, header, type SipRequest } from "../syntax/message.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";

type Lifetime = { readonly ok: true; readonly seconds: number } | { readonly ok: false; readonly reply: Reply };

/** RFC 6665 §4.2.1.1, RFC 3903 §6 step 4: less than asked for may be granted, and too brief an interval is refused. */
export function readLifetime(request: SipRequest, policy: ExpiryPolicy): Lifetime {
  const expires = decode(request, "Expires");
  if (!expires.ok && expires.problem === "malformed") return { ok: false, reply: refusal("malformed-expires") };
  const expiry = grantExpiry(expires.ok ? expires.value : undefined, policy);
  if (expiry.kind === "granted") return { ok: true, seconds: expiry.seconds };
  return { ok: false, reply: refusal("interval-too-brief", { fields: [field("Min-Expires", expiry.minExpires)] }) };
}

/** RFC 3261 §8.2.3: the body has a Content-Encoding, of which this server reads none. */
export function isEncoded(request: SipRequest): boolean {
  return (header(request, "content-encoding") ?? "identity").trim().toLowerCase() !== "identity";
}

/** RFC 3261 §8.2: the sender is authenticated before anything else of a request is judged. */
export function refuseAuthenticated(incoming: Incoming<SipRequest>, reply: Reply, world: World): Promise<Outcome> {
  return authenticated(incoming, world, {
    role: "proxy",
    reads: {},
    recordsFlow: true,
    decide: () => answerStateless(incoming, reply, world),
  });
}
