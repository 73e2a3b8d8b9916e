// A message whose flow is gone (RFC 5626 §5.3, RFC 3261 §16.9). If the device is back on another flow, the message goes
// there and the call survives; if not, a request within a dialog waits for it, and the sender of any other gets a response. The
// dead binding is removed.
import type { Send, SendFailure } from "../effect.ts";
import { leaveCalls } from "../location/away-calls.ts";
import { heldWith, type Holding, holdRequest, wasHeld } from "../location/held-requests.ts";
import { type Delivery, deliveryIn } from "../messaging/delivery.ts";
import { refreshTimers } from "../location/refresh-times.ts";
import { withSleeping } from "../location/sleeping-devices.ts";
import { nothing, type Outcome, sendOnly } from "../outcome.ts";
import { OTHER_DEVICE_SECONDS } from "../policy/messages.ts";
import { connectionClosed } from "../registrar/flow-closed.ts";
import { type Change, flowGone, registrationChange } from "../state/change.ts";
import { type Binding, bindingOf, deviceOf, liveBindings, type Registration } from "../state/registration.ts";
import { registrationOf, storedContext } from "../state/snapshot.ts";
import { parameter } from "../syntax/parameters.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import type { FlowId } from "../transport/endpoint.ts";
import { topViaOf } from "../transport/top-via.ts";
import type { World } from "../world.ts";
import { cancelHeld } from "./cancel-held.ts";
import { isInDialog } from "./stateless.ts";
import { isInvite, isRungOn, movedBranch, takesBranches } from "./response-context.ts";
import { callToPush, requestPush } from "./request-push.ts";
import { processTransportError } from "./transport-error.ts";
import { heardOn, keepUnheard, repeatLater } from "./unheard-answer.ts";
import { wakeInstead } from "./wake-instead.ts";

export async function undelivered(failed: Send, failure: SendFailure, world: World): Promise<Outcome> {
  const { aor, instance, flow } = failed.to;
  if (failure !== "gone" && isHeldCopy(failed)) return nothing("request-held", failure); // its timer sends it again
  const delivery = deliveryOf(failed, world);
  if (delivery !== undefined && failure !== "gone") return nothing("message-waits", failure); // its timer sends it again
  if (failure !== "gone") return onFailure(failed, failure, world);
  if (aor === undefined) return onUnnamedGone(failed, world);

  const isTracked = world.settings.calls === "tracked";
  const call = callToPush(failed, world);
  const snapshot = await world.read({
    registrations: [aor],
    ...(isTracked && { flows: [flow] }),
    ...(call !== undefined && { contexts: [call] }),
  });
  const read = registrationOf(snapshot, aor);
  const bindings = read.bindings.filter((binding) => binding.flow !== flow);
  const isBound = bindings.length < read.bindings.length;
  const registration = isBound ? withSleeping(read, { ...read, bindings }, world) : read;
  const back = bindingOf(registration, instance, world.now);
  // `$disconnect` may never come, and a look-up of this endpoint must not find it on the dead flow.
  const stored = snapshot.flows.find((one) => one.flow === flow);
  const isMarked = stored?.closedAt !== undefined;
  const record = isMarked && !world.isRetry ? undefined : stored;
  const isForgotten = !isMarked && (isBound || back === undefined || stored !== undefined);
  const left = leaveCalls(record, registration, world);
  const holding = back === undefined ? hold(failed, left.registration, world) : undefined;
  const cancelled = back === undefined ? cancelHeld(failed, left.registration, world) : undefined;
  const next = holding?.registration ?? cancelled?.registration ?? left.registration;
  const changes: Change[] = [...left.changes];
  if (next !== read) changes.push(registrationChange(next, bindings, world.now));
  if (isForgotten) changes.push(flowGone(flow, record, world));
  const timers = [...left.timers, ...(holding?.timers ?? []), ...refreshTimers(read, registration, world)];
  const asleep = next.asleep?.find((binding) => deviceOf(binding) === instance);
  if (cancelled !== undefined) return { ...nothing("target-gone"), changes, timers, effects: cancelled.sends };
  if (holding !== undefined || isHeldAlready(failed, registration)) {
    const isNew = world.isRetry || (holding?.timers.length ?? 0) > 0;
    return {
      ...nothing("request-held"),
      changes,
      timers,
      effects: isNew ? requestPush(failed, asleep, snapshot, world) : [],
    };
  }
  const woken = back === undefined && asleep !== undefined ? await wakeInstead(failed, asleep, world) : undefined;
  const onward =
    delivery !== undefined
      ? deliverElsewhere(delivery, liveBindings(registration, world.now))
      : (woken ??
        (back === undefined ? await onFailure(failed, failure, world) : await sendAgain(failed, back.flow, world)));
  return { ...onward, changes: together(changes, onward.changes), timers: [...timers, ...onward.timers] };
}

/** The message that the failed copy is of, if it was stored. */
function deliveryOf({ message }: Send, { keys }: Pick<World, "keys">): Delivery | undefined {
  const via = message.kind === "request" && message.method === "MESSAGE" ? topViaOf(message) : undefined;
  return via && deliveryIn(via, keys);
}

/** A stored message whose device has left goes to another one; without one it waits for the next REGISTER. */
function deliverElsewhere({ aor }: Delivery, live: readonly Binding[]): Outcome {
  const timers = live.length === 0 ? [] : [{ kind: "message", aor, delaySeconds: OTHER_DEVICE_SECONDS } as const];
  return { ...nothing("message-waits"), timers };
}

/** A registration is written once: without the dead binding, and with the messages that wait. */
function together(removed: readonly Change[], onward: readonly Change[]): readonly Change[] {
  const written = removed.flatMap((one) => (one.kind === "registration" ? [one.registration] : []));
  const merged = onward.map((one) => {
    if (one.kind !== "registration") return one;
    const { messages } = one.registration;
    const own = written.find(({ aor }) => aor === one.registration.aor);
    return own === undefined ? one : { ...one, registration: { ...own, ...(messages && { messages }) } };
  });
  const again = new Set(merged.flatMap((one) => (one.kind === "registration" ? [one.registration.aor] : [])));
  return [...removed.filter((one) => one.kind !== "registration" || !again.has(one.registration.aor)), ...merged];
}

function isHeldCopy({ message }: Send): boolean {
  const via = topViaOf(message);
  return message.kind === "request" && via !== undefined && wasHeld(via);
}

/** A request within a dialog waits for its device. A CANCEL does not: it ends the INVITE that waits (`cancel-held.ts`). */
function hold(
  { message, to, branch }: Send,
  registration: Registration,
  world: Pick<World, "now">,
): Holding | undefined {
  const isHeld = message.kind === "request" && message.method !== "CANCEL" && branch === undefined;
  if (!isHeld || to.instance === undefined || !isInDialog(topViaOf(message))) return undefined;
  return holdRequest(registration, message, to.instance, world.now);
}

/** An earlier decision has held the request and then met a conflict. The REGISTER of the device has sent it meanwhile. */
function isHeldAlready({ message }: Send, registration: Registration): boolean {
  const via = topViaOf(message);
  const branch = via && parameter(via.parameters, "branch");
  return branch !== undefined && heldWith(branch, registration) !== undefined;
}

function onFailure(failed: Send, failure: SendFailure, world: World): Promise<Outcome> {
  const { message, answers } = failed;
  if (answers === undefined || message.kind !== "response" || failure === "too large") {
    return processTransportError(failed, failure, world);
  }
  return failure === "gone" ? keepUnheard(answers, message, world) : repeatLater(answers, failure, world);
}

/** The address of a reply of this server is only a flow. The record of the flow names the bindings that end with it. */
async function onUnnamedGone(failed: Send, world: World): Promise<Outcome> {
  const { changes, timers } = await connectionClosed(failed.to.flow, world);
  const onward = await processTransportError(failed, "gone", world);
  return { ...onward, changes: [...changes, ...onward.changes], timers: [...timers, ...onward.timers] };
}

async function sendAgain(failed: Send, flow: FlowId, world: World): Promise<Outcome> {
  const again = sendOnly({ ...failed, to: { ...failed.to, flow } });
  if (failed.answers !== undefined) return answerAgain(again, failed.answers, flow, world);
  return failed.branch === undefined ? again : ringOnNewFlow(again, failed, failed.branch, flow, world);
}

async function answerAgain(again: Outcome, id: string, flow: FlowId, world: World): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [id] }), id);
  if (context?.unheard === undefined) return again;
  return { ...again, changes: [{ kind: "context", context: heardOn(flow, context) }] };
}

/**
 * The branch stores the new flow; otherwise the next timer would take the phone for one that came back. A device that rings
 * on that flow already refuses a second INVITE as merged (§8.2.2.2), so its old branch just ends. The branch of a call that is
 * over or was refused with a 6xx ends too. A branch that is on that flow already was moved by an earlier attempt, which met a
 * conflict and sent nothing, or by another process: then the device takes the INVITE as a retransmission (§17.2.1).
 */
async function ringOnNewFlow(
  again: Outcome,
  failed: Send,
  { context: id, index }: BranchName,
  flow: FlowId,
  world: World,
): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [id] }), id);
  if (context === undefined) return nothing("context-forgotten");
  const isOver = isInvite(context) && !takesBranches(context);
  const { target, state } = context.branches[index] ?? {};
  if (world.isRetry && !isOver && target?.flow === flow && state === "calling") return again;
  if (isOver || isRungOn(flow, context)) return processTransportError(failed, "gone", world);
  return { ...again, changes: [{ kind: "context", context: movedBranch(context, index, flow) }] };
}
