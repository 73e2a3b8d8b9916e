// The push for a request within a dialog that is held for a device without a connection (RFC 8599 §6.2.3): only where the device
// has asked for it, by the PURR in its Contact. It is not sent again: the request waits for 28 s. Costs no read, write or timer.
import type { Push, Send } from "../outcome.ts";
import { HOLD_SECONDS } from "../policy/timers.ts";
import { pushAddressOf } from "../state/push-address.ts";
import { type Binding, deviceOf } from "../state/registration.ts";
import { header } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { parseUri } from "../syntax/uri.ts";
import { isPurrOf } from "../tokens/purr.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { noticeOf, shownSender, topicOf } from "./push-notice.ts";

/**
 * An ACK has no sender that waits for a response.
 * @param asleep the device as it can be woken
 */
export function requestPush(
  { message: request, to: { aor } }: Pick<Send, "message" | "to">,
  asleep: Binding | undefined,
  world: World,
): readonly Push[] {
  const address = asleep && pushAddressOf(asleep.contact);
  if (asleep === undefined || address === undefined || aor === undefined) return [];
  if (request.kind !== "request" || request.method === "ACK") return [];
  const instance = deviceOf(asleep);
  const uri = parseUri(request.uri);
  const purr = uri?.kind === "sip" ? parameter(uri.parameters, "pn-purr") : undefined;
  if (purr === undefined || !isPurrOf(purr, aor, instance, world.keys)) return [];

  const topic = topicOf(`request ${aor} ${header(request, "call-id") ?? ""}`);
  const { name, from } = shownSender(header(request, "from") ?? "");
  const sip = { event: "request", from, to: aor, until: world.now + HOLD_SECONDS };
  const text = { title: name, body: "is waiting in your call", isSilent: false, short: "Call" };
  const to = { flow: NO_FLOW, aor, instance };
  const notice = noticeOf({ ...text, topic, sip }, world);
  return [{ kind: "push", to, address, why: "request", notice, topic, ttlSeconds: HOLD_SECONDS, attempt: 1 }];
}
