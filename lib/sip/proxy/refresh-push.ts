// The push that asks a device without a connection to register again (RFC 8599 §5.5). It is not sent again if its service puts it
// off: the next one follows, and a call wakes the device in any case. Costs a read, and no write.
import { nextTimer, registeredUntil } from "../location/refresh-times.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { pushAddressOf } from "../state/push-address.ts";
import { deviceOf } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { RefreshTimer } from "../timer.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { noticeOf, topicOf } from "./push-notice.ts";

export async function refreshDue({ aor, device, wakableUntil, at }: RefreshTimer, world: World): Promise<Outcome> {
  const { asleep = [] } = registrationOf(await world.read({ registrations: [aor] }), aor);
  const found = asleep.find((one) => deviceOf(one) === device && one.expiresAt === wakableUntil);
  const address = found && pushAddressOf(found.contact);
  const until = found === undefined ? 0 : registeredUntil(found, world);
  // Past the end of the registration none may be sent.
  if (found === undefined || address === undefined || until <= world.now) return nothing("timer-stale");

  const topic = topicOf(`refresh ${aor} ${device}`);
  const sip = { event: "refresh", to: aor, until };
  const text = { title: aor.replace(/^sips?:/, ""), body: "Open the phone to stay signed in", short: "Phone" };
  const push = {
    kind: "push",
    to: { flow: NO_FLOW, aor, instance: device },
    address,
    why: "refresh",
    notice: noticeOf({ ...text, isSilent: true, topic, sip }, world),
    topic,
    ttlSeconds: until - world.now,
    attempt: 1,
  } as const;
  return { changes: [], timers: nextTimer(aor, found, at, world), effects: [push] };
}
