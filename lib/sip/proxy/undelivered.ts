// A message whose flow is gone (RFC 5626 §5.3, RFC 3261 §16.9). The device may be back on another flow: then it goes
// there, and the call survives. If not, whoever waits for an answer gets one. Either way the dead binding goes.
import { deviceOf, liveBindings } from "../state/registration.ts";
import { processTransportError } from "./transport-error.ts";
import { movedBranch } from "./response-context.ts";
import { registrationChange } from "../registrar/registrar.ts";
import { type Change, nothing, type Outcome, type Send, type SendFailure, sendOnly, type World } from "../world.ts";
import type { FlowId } from "../transport/endpoint.ts";

export async function undelivered(send: Send, failure: SendFailure, world: World): Promise<Outcome> {
  const { aor, instance, flow } = send.to;
  if (failure !== "gone" || aor === undefined) return processTransportError(send, failure, world);

  const { registration } = await world.look({ registration: aor });
  const remaining = registration.bindings.filter((binding) => binding.flow !== flow);
  const isBound = remaining.length < registration.bindings.length;
  const back = liveBindings({ ...registration, bindings: remaining }, world.now).find(
    (binding) => deviceOf(binding) === instance,
  );
  const changes: Change[] = isBound ? [registrationChange(registration, remaining, world.now)] : [];
  // `$disconnect` may never come, and who looks for this end must not find it where it was.
  if (isBound || back === undefined) changes.push({ kind: "flow gone", flow });
  const onward =
    back === undefined ? await processTransportError(send, failure, world) : await sendAgain(send, back.flow, world);
  return { ...onward, changes: [...changes, ...onward.changes] };
}

/** The branch must know where it went, or the next timer would take the phone for one that came back. */
async function sendAgain(send: Send, flow: FlowId, world: World): Promise<Outcome> {
  const again = sendOnly({ ...send, to: { ...send.to, flow } });
  if (send.branch === undefined) return again;
  const { context } = await world.look({ context: send.branch.context });
  if (context === undefined) return nothing("undeliverable request of a forgotten context");
  return { ...again, changes: [{ kind: "context", context: movedBranch(context, send.branch.index, flow) }] };
}

/** The connection closed: its bindings go with it, and so does what was known about it. */
export async function flowGone(flow: string, world: Pick<World, "look" | "now">): Promise<Outcome> {
  const { flow: record } = await world.look({ flow });
  if (record === undefined) return nothing("nothing was bound to this flow");

  const changes: Change[] = [{ kind: "flow gone", flow }];
  for (const aor of record.bound) {
    const { registration } = await world.look({ registration: aor });
    const remaining = registration.bindings.filter((binding) => binding.flow !== flow);
    if (remaining.length < registration.bindings.length) {
      changes.push(registrationChange(registration, remaining, world.now));
    }
  }
  return { changes, timers: [], sends: [] };
}
