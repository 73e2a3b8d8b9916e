// A stored MESSAGE on its way to a device (RFC 3428 §7, RFC 3261 §8.1.1.7): this server's Via names receiver and message, and
// is signed, so that only the device that got it can answer it.
import { type Send, send } from "../effect.ts";
import { DELIVERY_SECONDS, LEASE_SECONDS, STORING_SECONDS } from "../policy/messages.ts";
import { realmOf } from "../policy/settings.ts";
import { requestUriFor } from "../state/push-address.ts";
import { deviceOf } from "../state/registration.ts";
import type { StoredMessage, WaitingMessages } from "../state/stored-message.ts";
import type { Aor } from "../syntax/aor.ts";
import { unlimited } from "../syntax/limits.ts";
import { field, withFields } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { parseMessage } from "../syntax/parse.ts";
import { MAGIC_COOKIE, type Via } from "../syntax/via.ts";
import type { MessageTimer } from "../timer.ts";
import { SIGNATURE_LENGTH, sign, type SigningKeys, verify } from "../tokens/signature.ts";
import { ourVia } from "../tokens/via-branch.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import type { NextDelivery } from "./next-delivery.ts";

/** A message and its receiver. */
export type Delivery = Pick<StoredMessage, "aor" | "id">;

/** Via parameter with the receiver. */
const RECEIVER = "waited";

/** The copy for a device. Sent again, it has the same branch and is a retransmission. */
export function copyFor({ message: stored, binding }: NextDelivery, world: Pick<World, "settings" | "keys">): Send {
  const { aor, id, message } = stored;
  const parsed = parseMessage(message, unlimited);
  if (!parsed.ok || parsed.message.kind !== "request") throw new TypeError(`message ${id} cannot be read`);
  const { contact, flow, path = [] } = binding;
  const uri = requestUriFor(contact);
  const branch = `${MAGIC_COOKIE}${id}.${sign("branch", contentOf({ aor, id }), world.keys)}`;
  const via = ourVia(
    [
      { name: "branch", value: branch },
      { name: RECEIVER, value: Buffer.from(aor).toString("base64url") },
    ],
    realmOf(world),
  );
  const fields = [via, ...path.map((route) => field("Route", route)), ...parsed.message.fields];
  return send({ flow, aor, instance: deviceOf(binding) }, withFields({ ...parsed.message, uri }, fields));
}

/** The delivery that a Via of this server names. */
export function deliveryIn({ parameters }: Via, keys: SigningKeys): Delivery | undefined {
  const receiver = parameter(parameters, RECEIVER);
  const branch = parameter(parameters, "branch") ?? "";
  if (receiver === undefined || !branch.startsWith(MAGIC_COOKIE)) return undefined;
  const aor: Aor = Buffer.from(receiver, "base64url").toString();
  const id = branch.slice(MAGIC_COOKIE.length, -(SIGNATURE_LENGTH + 1));
  return verify("branch", contentOf({ aor, id }), branch.slice(-SIGNATURE_LENGTH), keys) ? { aor, id } : undefined;
}

function contentOf({ aor, id }: Delivery): string {
  return `stored message\n${aor}\n${id}`;
}

/** Looks whether a copy was answered: the process that sends it may end before it does. */
export function answerTimer({ aor, id }: Delivery): MessageTimer & { readonly delaySeconds: number } {
  return { kind: "message", aor, sent: id, delaySeconds: DELIVERY_SECONDS };
}

/** The messages, all on their way to a device from now on. */
export function leasedTo(flow: FlowId, messages: WaitingMessages, now: number): WaitingMessages {
  return { ...messages, delivery: { flow, until: now + LEASE_SECONDS } };
}

export function isHeld(messages: WaitingMessages | undefined, now: number): boolean {
  return messages?.delivery !== undefined && messages.delivery.until > now;
}

/** A message that was announced may be stored in a moment. */
export function mayBeStoredYet({ storedAt }: WaitingMessages, now: number): boolean {
  return storedAt > now - STORING_SECONDS;
}

/** The messages wait for the next REGISTER. */
export function released({ delivery: _over, ...messages }: WaitingMessages): WaitingMessages {
  return messages;
}
