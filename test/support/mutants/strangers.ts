// Mutants that believe a stranger. The simulation and the fuzzer must both notice them.
import { mayUseFrom } from "../../../lib/sip/auth/from.ts";
import { processCancel } from "../../../lib/sip/proxy/process-cancel.ts";
import { processResponse } from "../../../lib/sip/proxy/process-response.ts";
import { forwardInDialog } from "../../../lib/sip/proxy/stateless.ts";
import { storedContext } from "../../../lib/sip/state/snapshot.ts";
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { branchOf } from "../../../lib/sip/tokens/via-branch.ts";
import { transactionId } from "../../../lib/sip/transaction/transaction-id.ts";
import type { FlowId } from "../../../lib/sip/transport/endpoint.ts";
import { replacing, replacingMarked } from "./edit.ts";
import type { Incoming } from "../../../lib/sip/transport/incoming.ts";
import type { Outcome } from "../../../lib/sip/outcome.ts";

/** A response counts as one from the phone that was asked, whichever connection it comes on. */
export const takesAnyResponse = replacing(processResponse, (original) => async (arrival, world) => {
  const place = branchOf(arrival.essentials.via, world.keys);
  if (place === undefined) return original(arrival, world);
  const context = storedContext(await world.read({ contexts: [place.context] }), place.context);
  const flow = context?.branches[place.index]?.target.flow;
  return original(flow === undefined ? arrival : { ...arrival, flow }, world);
});

/** A CANCEL counts as one from the caller. */
export const takesAnyCancel = replacing(processCancel, (original) => async (arrival, world) => {
  const id = transactionId(arrival, "INVITE");
  const context = storedContext(await world.read({ contexts: [id] }), id);
  const flow = context?.caller.flow ?? arrival.flow;
  return answeredTo(arrival, flow, await original({ ...arrival, flow }, world));
});

/** A request in a dialog that is not on the caller's connection counts as one from the callee. */
export const takesAnyRequestInDialog = replacing(
  forwardInDialog,
  (original) => async (arrival, dialog, token, world) => {
    const { caller, callee } = dialog;
    const flow = arrival.flow === caller.flow ? caller.flow : callee.flow;
    return answeredTo(arrival, flow, await original({ ...arrival, flow }, dialog, token, world));
  },
);

/** Responses to a request that counts as one from another flow: they still go to its sender. */
function answeredTo({ message, flow }: Incoming<SipRequest>, counted: FlowId, outcome: Outcome): Outcome {
  const cseq = header(message, "cseq");
  const effects = outcome.effects.map((effect) => {
    if (effect.kind !== "send" || effect.to.flow !== counted) return effect;
    const isAnswer = effect.message.kind === "response" && header(effect.message, "cseq") === cseq;
    return isAnswer ? { ...effect, to: { flow } } : effect;
  });
  return { ...outcome, effects };
}

/** Every user may register for every other. */
export const bindsAnyAor = replacingMarked("own AOR", () => () => true);

/** Every name is good in From. */
export const takesAnyFrom = replacing(mayUseFrom, () => () => true);
