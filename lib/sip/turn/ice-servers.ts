// How a client gets its TURN credential: by an OPTIONS to the domain that accepts nothing but that (RFC 3261 §11.2), on the
// connection it is signed in on.
import { answerStateless } from "../uas/answer-stateless.ts";
import { mayUseFrom } from "../auth/from.ts";
import { answerRefused, identify } from "../auth/authenticate.ts";
import { withLogin } from "../auth/login.ts";
import { presented, whatToRead } from "../auth/credentials.ts";
import type { Aor } from "../syntax/aor.ts";
import type { Refusal } from "../uas/reply.ts";
import { decode } from "../syntax/header-table.ts";
import { field, type SipRequest } from "../syntax/message.ts";
import { preference } from "../syntax/values/parameterized.ts";
import type { Arrival } from "../transport/incoming.ts";
import type { Outcome, World } from "../world.ts";
import { createTurnCredential } from "./credential.ts";
import type { TurnServers } from "../policy/turn-servers.ts";

/** A W3C `RTCConfiguration` as JSON. */
export const RTC_CONFIGURATION = "application/vnd.sip-serverless.rtc-configuration+json";

/** §20.1: is the type named? A wildcard does not ask for it: what it says is for one person. */
export function asksForIceServers(request: SipRequest): boolean {
  const accept = decode(request, "Accept");
  if (!accept.ok) return false;
  return accept.value.some((range) => range.value.toLowerCase() === RTC_CONFIGURATION && (preference(range) ?? 0) > 0);
}

/** Answers who is signed in; anybody else is asked to, as for a call (§22.3). One read. */
export async function answerIceServers(
  arrival: Arrival<SipRequest>,
  turn: TurnServers,
  world: World,
): Promise<Outcome> {
  const shown = presented("proxy", arrival, world);
  const seen = await world.look({ flow: arrival.flow, ...whatToRead(shown, arrival) });
  const who = await identify("proxy", arrival, shown, seen, world);
  if (who.kind === "refusal") return answerRefused(arrival, who, world);
  const isOwnName = mayUseFrom(who.identity, arrival.essentials.from.uri, world);
  const answer = isOwnName ? await rtcConfiguration(who.identity, turn, world.now) : { status: 403 };
  return withLogin(answerStateless(arrival, answer, world), arrival.flow, who, seen.flow, world);
}

/** `ttl`, in seconds, is for the client, whose clock may be wrong; `RTCPeerConnection` passes over it. */
async function rtcConfiguration(
  identity: Aor,
  { urls, ttlSeconds, secret }: TurnServers,
  now: number,
): Promise<Refusal> {
  const credential = createTurnCredential(identity, now + ttlSeconds, await secret());
  return {
    status: 200,
    fields: [field("Content-Type", RTC_CONFIGURATION)],
    body: JSON.stringify({ iceServers: [{ urls, ...credential }], ttl: ttlSeconds }),
  };
}
