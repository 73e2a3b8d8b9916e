// The push for a request within a dialog that is held for a device without a connection (RFC 8599 §6.2.3): only where the device
// has asked for it, by the PURR in its Contact, and while their call lasts. It is not sent again: the request waits for 28 s.
// Costs no write or timer, and no read of its own.
import type { Push, Send } from "../effect.ts";
import { HOLD_SECONDS } from "../policy/timers.ts";
import { pushAddressOf } from "../state/push-address.ts";
import { type Binding, deviceOf } from "../state/registration.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { liveContext, type Snapshot } from "../state/snapshot.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { parseUri } from "../syntax/uri.ts";
import { isPurrOf } from "../tokens/purr.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import { topViaOf } from "../transport/top-via.ts";
import type { World } from "../world.ts";
import { callOfForwarded } from "./stateless.ts";
import { noticeOf, shownSender, topicOf } from "./push-notice.ts";

type Undelivered = Pick<Send, "message" | "to">;

/** The call that `requestPush` needs. Undefined where the request asks for no push, and where calls are not tracked. */
export function callToPush({ message: request }: Undelivered, world: Pick<World, "keys">): string | undefined {
  const via = request.kind === "request" && purrIn(request) !== undefined ? topViaOf(request) : undefined;
  return via && callOfForwarded(via, world);
}

/**
 * An ACK has no sender that waits for a response.
 * @param asleep the device as it can be woken
 * @param snapshot with the call of `callToPush`
 */
export function requestPush(
  failed: Undelivered,
  asleep: Binding | undefined,
  snapshot: Pick<Snapshot, "contexts">,
  world: World,
): readonly Push[] {
  const { message: request, to } = failed;
  const { aor } = to;
  const address = asleep && pushAddressOf(asleep.contact);
  if (asleep === undefined || address === undefined || aor === undefined) return [];
  if (request.kind !== "request" || request.method === "ACK") return [];
  const instance = deviceOf(asleep);
  const purr = purrIn(request);
  if (purr === undefined || !isPurrOf(purr, aor, instance, world.keys)) return [];
  const call = callToPush(failed, world);
  if (call !== undefined && isOver(liveContext(snapshot, call, world.now), world.now)) return [];

  const topic = topicOf(`request ${aor} ${header(request, "call-id") ?? ""}`);
  const { name, from } = shownSender(header(request, "from") ?? "");
  const sip = { event: "request", from, to: aor, until: world.now + HOLD_SECONDS };
  const text = { title: name, body: "is waiting in your call", isSilent: false, short: "Call" };
  const device = { flow: NO_FLOW, aor, instance };
  const notice = noticeOf({ ...text, topic, sip }, world);
  return [{ kind: "push", to: device, address, why: "request", notice, topic, ttlSeconds: HOLD_SECONDS, attempt: 1 }];
}

function purrIn({ uri: written }: SipRequest): string | undefined {
  const uri = parseUri(written);
  return uri?.kind === "sip" ? parameter(uri.parameters, "pn-purr") : undefined;
}

/** A peer could wake the phone for as long as the seal of the PURR is good. The BYE that ends the call still pushes. */
function isOver(context: ResponseContext | undefined, now: number): boolean {
  if (context === undefined) return true;
  const { call, state } = context;
  return call === undefined ? state !== "proceeding" : call.ended !== undefined && call.ended.at + HOLD_SECONDS <= now;
}
