// A MESSAGE to users without a device (RFC 3428 §7): it waits for them, and its sender gets 202. The same holds if the
// connections of all its devices turn out to be gone.
import { type Push, send } from "../effect.ts";
import { withSleeping } from "../location/sleeping-devices.ts";
import { isHeld, released } from "../messaging/delivery.ts";
import { keepMessage } from "../messaging/keep-message.ts";
import type { TextMessage } from "../messaging/storable.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { OTHER_DEVICE_SECONDS } from "../policy/messages.ts";
import type { Change } from "../state/change.ts";
import { liveBindings, type Registration } from "../state/registration.ts";
import { type ClientBranch, isPending, type ResponseContext } from "../state/response-context.ts";
import { liveFlow, registrationOf, type Snapshot } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { readEssentials } from "../syntax/essentials.ts";
import type { SipRequest, SipResponse } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import { withoutTopVia } from "../transport/top-via.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refusal, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { messagePushes } from "./message-push.ts";
import { answer, rememberedRequest } from "./response-context.ts";
import { senderOfForwarded, wasForDevice } from "./stateless.ts";
import type { Absent } from "./target-set.ts";
import type { BranchResponse } from "./transition.ts";

/** Undefined if the request is not stored for any of them. */
export function keepForAbsent(
  incoming: Incoming<SipRequest>,
  sender: Aor,
  absent: Absent = [],
  world: World,
): Outcome | undefined {
  const { message: request, essentials } = incoming;
  if (request.method !== "MESSAGE" || absent.length === 0) return undefined;
  const { isKept, changes, pushes, refused } = keepForEach({ request, essentials }, sender, absent, world);
  if (isKept) {
    const accepted = answerStateless(incoming, { status: 202 }, world);
    return { ...accepted, changes, effects: [...pushes, ...accepted.effects], reason: STORED };
  }
  return refused && answerStateless(incoming, refusal(refused), world);
}

const STORED = { code: "message-stored" } as const;

function keepForEach(text: TextMessage, sender: Aor, receivers: readonly Registration[], world: World) {
  const distinct = new Map(receivers.map((registration) => [registration.aor, registration]));
  const all = [...distinct.values()].flatMap((one) => {
    const kept = keepMessage(text, sender, one, world);
    return kept === undefined ? [] : [{ kept, registration: one }];
  });
  const stored = all.flatMap(({ kept, registration }) => (kept.kind === "kept" ? [{ ...kept, registration }] : []));
  return {
    isKept: stored.length > 0,
    changes: stored.flatMap(({ changes }): readonly Change[] => changes),
    pushes: stored.flatMap(({ registration, id, expiresAt, changes }) =>
      changes.length === 0 ? [] : messagePushes(text.request, sender, registration, { id, expiresAt }, world),
    ),
    refused: all.flatMap(({ kept }) => (kept.kind === "refused" ? [kept.why] : []))[0],
  };
}

/** A MESSAGE that was forwarded without state, whose device turned out to be gone. Another device of the user may be there. */
export async function keepUndelivered(to: Endpoint, forwarded: SipRequest, world: World): Promise<Outcome | undefined> {
  const { aor } = to;
  if (forwarded.method !== "MESSAGE" || aor === undefined || isOfPeer(forwarded.uri, world)) return undefined;
  const read = readEssentials(forwarded);
  const sender = read.ok ? senderOfForwarded(to, read.essentials.via, world) : undefined;
  if (!read.ok || sender?.aor === undefined || wasForDevice(read.essentials.via, world)) return undefined;
  const stored = registrationOf(await world.read({ registrations: [aor] }), aor);
  const bindings = stored.bindings.filter(({ flow }) => flow !== to.flow);
  const registration = withSleeping(stored, { ...stored, bindings }, world);
  const request = withoutTopVia(forwarded);
  const text = { request, essentials: read.essentials };
  const { isKept, changes, pushes } = keepForEach(text, sender.aor, [registration], world);
  if (!isKept) return undefined;

  const tag = answerTag({ message: forwarded, flow: sender.flow, essentials: read.essentials }, world.keys);
  const isOtherThere = liveBindings(registration, world.now).length > 0;
  return {
    ...nothing("message-stored"),
    changes,
    timers: isOtherThere ? [{ kind: "message", aor, delaySeconds: OTHER_DEVICE_SECONDS }] : [],
    effects: [...pushes, send(sender, respond(request, { status: 202 }, tag))],
  };
}

/** The response of the last branch as it counts, the changes that store the MESSAGE, and the pushes that announce it. */
export interface KeptUnanswered {
  readonly received: BranchResponse;
  readonly changes: readonly Change[];
  readonly pushes: readonly Push[];
}

/**
 * The last device of a forked MESSAGE is gone or does not take it now, and no other has refused it. A push tells
 * the devices that sleep, and those with a connection that was gone.
 */
export async function keepUnanswered(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
  isGone = false,
): Promise<KeptUnanswered | undefined> {
  const { caller, branches } = context;
  const others = branches.filter((_branch, at) => at !== index);
  const isUnreached = !others.some(isPending) && [...others, { status: response.status }].every(isAway);
  if (!context.request.startsWith("MESSAGE ") || !isUnreached || caller.aor === undefined) return undefined;
  const text = rememberedRequest(context);
  const ofUsers = branches.filter(({ uri, dialed }) => dialed !== "device" && !isOfPeer(uri, world));
  const own = ofUsers.flatMap(({ target }) => target.aor ?? []);
  if (text === undefined || own.length === 0) return undefined;
  const unsent = branches
    .filter(({ status }, at) => at !== index && status === undefined)
    .map(({ target }) => target.flow);
  const snapshot = await world.read({ registrations: own, ...(unsent.length > 0 && { flows: unsent }) });
  // AWS may have failed to send to a phone that is there.
  const gone = unsent.filter((flow) => liveFlow(snapshot, flow, world.now) === undefined);
  const last = branches[index]?.target.flow;
  const flows = new Set(isGone && last !== undefined ? [...gone, last] : gone);
  const idle = await withoutDelivery(own, snapshot, world);
  const receivers = own.map((aor) => {
    const stored = idle.get(aor) ?? registrationOf(snapshot, aor);
    return withSleeping(stored, { ...stored, bindings: stored.bindings.filter(({ flow }) => !flows.has(flow)) }, world);
  });
  const { isKept, changes, pushes } = keepForEach(text, caller.aor, receivers, world);
  const received = { response, effective: answer(context, 202) };
  return isKept ? { changes, pushes, received } : undefined;
}

/**
 * A device that has taken its last message holds those of its user for a while longer, because the end of that is not worth a
 * write. A message that is stored meanwhile must not wait for it.
 */
async function withoutDelivery(
  aors: readonly Aor[],
  snapshot: Snapshot,
  world: Pick<World, "now" | "read">,
): Promise<ReadonlyMap<Aor, Registration>> {
  const held = aors.map((aor) => registrationOf(snapshot, aor)).filter(({ messages }) => isHeld(messages, world.now));
  if (held.length === 0) return new Map();
  const { storedMessages } = await world.read({ storedMessages: held.map(({ aor }) => aor) });
  const idle = held.filter(({ aor }) => !storedMessages.some((message) => message.aor === aor));
  return new Map(
    idle.map((one) => [one.aor, { ...one, ...(one.messages && { messages: released(one.messages) }) }] as const),
  );
}

/**
 * No status: nothing could be sent to the phone. A 408 comes when the sender has given up already, and will write again (RFC
 * 4320 §4.2).
 */
function isAway({ status }: Pick<ClientBranch, "status">): boolean {
  return status === undefined || status === 480 || status === 503;
}

/** A peer's device stands for all addresses behind it, so a message for one of them cannot wait for the device. */
function isOfPeer(written: string, { settings }: Pick<World, "settings">): boolean {
  const uri = parseUri(written);
  return uri?.kind === "sip" && Object.hasOwn(settings.peers, uri.host);
}
