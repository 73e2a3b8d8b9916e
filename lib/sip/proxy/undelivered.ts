// A message whose flow is gone (RFC 5626 §5.3, RFC 3261 §16.9). If the device is back on another flow, the message goes
// there and the call survives; if not, its sender gets a response. In both cases the dead binding is removed.
import { nothing, type Outcome, type Send, type SendFailure, sendOnly } from "../outcome.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { deviceOf, liveBindings } from "../state/registration.ts";
import { registrationOf, storedContext } from "../state/snapshot.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { movedBranch } from "./response-context.ts";
import { processTransportError } from "./transport-error.ts";

export async function deliveryFailed(failed: Send, failure: SendFailure, world: World): Promise<Outcome> {
  const { aor, instance, flow } = failed.to;
  if (failure !== "gone" || aor === undefined) return processTransportError(failed, failure, world);

  const registration = registrationOf(await world.read({ registrations: [aor] }), aor);
  const remaining = registration.bindings.filter((binding) => binding.flow !== flow);
  const isBound = remaining.length < registration.bindings.length;
  const back = liveBindings({ ...registration, bindings: remaining }, world.now).find(
    (binding) => deviceOf(binding) === instance,
  );
  const changes: Change[] = isBound ? [registrationChange(registration, remaining, world.now)] : [];
  // `$disconnect` may never come, and a look-up of this endpoint must not find it on the dead flow.
  if (isBound || back === undefined) changes.push({ kind: "flow gone", flow });
  const onward =
    back === undefined
      ? await processTransportError(failed, failure, world)
      : await sendAgain(failed, back.flow, world);
  return { ...onward, changes: [...changes, ...onward.changes] };
}

/** The branch stores the new flow; otherwise the next timer would take the phone for one that came back. */
async function sendAgain(failed: Send, flow: FlowId, world: World): Promise<Outcome> {
  const again = sendOnly({ ...failed, to: { ...failed.to, flow } });
  if (failed.branch === undefined) return again;
  const { context: id, index } = failed.branch;
  const context = storedContext(await world.read({ contexts: [id] }), id);
  if (context === undefined) return nothing("context-forgotten");
  return { ...again, changes: [{ kind: "context", context: movedBranch(context, index, flow) }] };
}
