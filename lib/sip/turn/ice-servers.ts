// TURN credentials for a client: an OPTIONS to the domain that accepts this type only (RFC 3261 §11.2), on a connection that
// has authenticated.
import { answerStateless } from "../uas/answer-stateless.ts";
import { mayUseFrom } from "../auth/from.ts";
import { authenticated } from "../auth/authenticated.ts";
import type { Aor } from "../syntax/aor.ts";
import { decode } from "../syntax/header-table.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { preference } from "../syntax/values/parameterized.ts";
import type { World } from "../world.ts";
import { createTurnCredential } from "./credential.ts";
import type { TurnServers } from "../policy/turn-servers.ts";
import { capabilityFields } from "../uas/domain-options.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { Outcome } from "../outcome.ts";

/** A W3C `RTCConfiguration` as JSON. */
export const RTC_CONFIGURATION = "application/vnd.sip-serverless.rtc-configuration+json";

/** §20.1: Accept names the type. A wildcard does not: the body is for one user. */
export function asksForIceServers(request: SipRequest): boolean {
  const accept = decode(request, "Accept");
  if (!accept.ok) return false;
  return accept.value.some((range) => range.value.toLowerCase() === RTC_CONFIGURATION && (preference(range) ?? 0) > 0);
}

/** Answers an authenticated sender; any other is challenged, as for a call (§22.3). One read. */
export function answerIceServers(incoming: Incoming<SipRequest>, turn: TurnServers, world: World): Promise<Outcome> {
  return authenticated(incoming, world, {
    role: "proxy",
    reads: {},
    recordsFlow: true,
    decide: async ({ aor }) => {
      const isOwnName = mayUseFrom(aor, incoming.essentials.from.uri, world);
      const reply = isOwnName ? await rtcConfiguration(aor, turn, world.now) : refusal("from-not-own");
      return answerStateless(incoming, reply, world);
    },
  });
}

/** `ttl`, in seconds, is for a client with a wrong clock; `RTCPeerConnection` ignores it. */
async function rtcConfiguration(identity: Aor, { urls, ttlSeconds, secret }: TurnServers, now: number): Promise<Reply> {
  const credential = createTurnCredential(identity, now + ttlSeconds, await secret());
  return {
    status: 200,
    fields: [...capabilityFields, field("Content-Type", RTC_CONFIGURATION)],
    body: JSON.stringify({ iceServers: [{ urls, ...credential }], ttl: ttlSeconds }),
  };
}
