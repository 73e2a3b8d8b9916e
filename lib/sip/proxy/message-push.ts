// The pushes of a stored text (RFC 3428 §7, RFC 8599 §5.6.2): one for each device without a connection. They name the sender
// and have nothing of the text. All texts of a sender have one topic, so that a device that was off for a day shows one
// notification for them. A notification that a text was delivered (RFC 5438) waits, but wakes no device: its user has nothing
// to read.
import type { Push } from "../effect.ts";
import { sleepingDevices } from "../location/sleeping-devices.ts";
import { IMDN, isOfType } from "../messaging/storable.ts";
import { pushAddressOf } from "../state/push-address.ts";
import { type Binding, deviceOf, type Registration } from "../state/registration.ts";
import type { StoredMessage } from "../state/stored-message.ts";
import type { Aor } from "../syntax/aor.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { noticeOf, shownSender, topicOf } from "./push-notice.ts";

export function messagePushes(
  request: SipRequest,
  sender: Aor,
  registration: Registration,
  stored: Pick<StoredMessage, "id" | "expiresAt">,
  world: Pick<World, "now" | "settings">,
): readonly Push[] {
  const { aor } = registration;
  if (isOfType(request, IMDN)) return [];
  const text = { request, topic: topicOf(`message ${aor} ${sender}`), aor, ...stored };
  return sleepingDevices(registration, world).flatMap((binding) => pushTo(binding, text, 1, world));
}

interface AnnouncedText extends Pick<StoredMessage, "aor" | "id" | "expiresAt"> {
  readonly request: SipRequest;
  readonly topic: string;
}

/** Nothing for a device without a push address. */
export function pushTo(
  binding: Binding,
  { request, topic, aor, id, expiresAt: until }: AnnouncedText,
  attempt: number,
  world: Pick<World, "now" | "settings">,
): readonly Push[] {
  const address = pushAddressOf(binding.contact);
  if (address === undefined) return [];
  const { name, from } = shownSender(header(request, "from") ?? "");
  const sip = { event: "message", from, to: aor, until };
  const shown = { title: name, body: "sent a message", isSilent: false, short: "Message" };
  return [
    {
      kind: "push",
      to: { flow: NO_FLOW, aor, instance: deviceOf(binding) },
      address,
      why: "message",
      notice: noticeOf({ ...shown, topic, sip }, world),
      topic,
      ttlSeconds: until - world.now,
      text: id,
      attempt,
    },
  ];
}
