// The push of a stored text that its service has put off (RFC 8030 §5, RFC 6585 §4; RFC 9110 §10.2.3, Retry-After): it is sent
// again when the service says, and less often each time. Costs a timer and a read where it is put off, and nothing where the push
// is taken.
import type { Push } from "../effect.ts";
import { sleepingDevices } from "../location/sleeping-devices.ts";
import { storedAt } from "../messaging/entry.ts";
import { waitingMessage } from "../messaging/next-delivery.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { MAX_TEXT_PUSHES, PUSH_AGAIN_SECONDS } from "../policy/push.ts";
import { deviceOf } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import { unlimited } from "../syntax/limits.ts";
import { parseMessage } from "../syntax/parse.ts";
import type { TextPushTimer } from "../timer.ts";
import type { World } from "../world.ts";
import { pushTo } from "./message-push.ts";

/**
 * Undefined if it is not sent again: too often already, or later than a timer reaches or the text waits. The text's sender pushes
 * anew with the next one.
 */
export function textPushAgain(
  { text, to: { aor, instance: device }, topic, attempt, ttlSeconds }: Push,
  retryAfterSeconds: number,
  { platform }: Pick<World, "platform">,
): Outcome | undefined {
  if (text === undefined || aor === undefined || device === undefined || attempt >= MAX_TEXT_PUSHES) return undefined;
  const delaySeconds = Math.max(retryAfterSeconds, PUSH_AGAIN_SECONDS * 10 ** (attempt - 1));
  if (delaySeconds > platform.longestTimerSeconds || delaySeconds >= ttlSeconds) return undefined;
  const timer = { kind: "text push", aor, device, text, topic, attempt: attempt + 1, delaySeconds } as const;
  return { ...nothing("push-put-off"), timers: [timer] };
}

/**
 * Not for a text that was delivered, to whichever device, nor for a device that is connected, has registered since the text
 * came, or has lost its address.
 */
export async function textPushDue(timer: TextPushTimer, world: World): Promise<Outcome> {
  const { aor, device, text: id, topic, attempt } = timer;
  const snapshot = await world.read({ registrations: [aor], storedMessages: [`${aor}\n${id}`] });
  const stored = await waitingMessage(id, { aor, page: snapshot.storedMessages }, world);
  const binding = sleepingDevices(registrationOf(snapshot, aor), world).find(
    (one) => deviceOf(one) === device && one.registeredAt <= storedAt(id),
  );
  const parsed = stored && parseMessage(stored.message, unlimited);
  const isOver = stored === undefined || stored.expiresAt <= world.now;
  if (isOver || binding === undefined || !parsed?.ok || parsed.message.kind !== "request")
    return nothing("timer-stale");
  const { expiresAt } = stored;
  const push = pushTo(binding, { request: parsed.message, topic, aor, id, expiresAt }, attempt, world);
  return { changes: [], timers: [], effects: push };
}
