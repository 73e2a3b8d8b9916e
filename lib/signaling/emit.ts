// The effects of a stored decision, in their order, and the one message that is the function's result.
import type { Effect, Send } from "../sip/effect.ts";
import { type AtEndpoint, askEndpoint, isAtEndpoint } from "./ask-endpoint.ts";
import type { Settling } from "./decide.ts";
import { deliver } from "./deliver.ts";
import type { Input } from "./input.ts";

/**
 * The last message for the waking flow is the result, because it arrives after those that are posted; the other effects are
 * carried out side by side.
 */
export async function emit(effects: readonly Effect[], input: Input, settling: Settling): Promise<Send | undefined> {
  const atEndpoints = effects.filter(isAtEndpoint);
  if (atEndpoints.length > 0) return emitThenAsk(effects, atEndpoints, input, settling);
  const back = effects.findLast(
    (effect): effect is Send => effect.kind === "send" && effect.to.flow === input.waking && effect.isPosted !== true,
  );
  const rerouted = await deliver(
    effects.filter((effect) => effect !== back),
    input,
    settling,
  );
  const [instead, ...more] = rerouted;
  if (instead === undefined) return back;
  // A response from rerouting says more than the 100 Trying. A request does not: the caller may be a target of its own call.
  const isReplaced = isTrying(back) && rerouted.some(({ message }) => message.kind === "response");
  let displaced: readonly Send[] = back === undefined || isReplaced ? more : [back, ...more];
  for (let { depth } = input; displaced.length > 0; depth += 1)
    displaced = await deliver(displaced, { ...input, depth }, settling);
  return instead;
}

/**
 * An HTTP endpoint may take seconds, so every message goes out before it is asked. Its answers are decided on and emitted as
 * usual: the last message for the waking flow is the result.
 */
async function emitThenAsk(
  effects: readonly Effect[],
  atEndpoints: readonly AtEndpoint[],
  input: Input,
  settling: Settling,
): Promise<Send | undefined> {
  const early = await emit(
    effects.filter((effect) => !isAtEndpoint(effect)),
    input,
    settling,
  );
  if (early !== undefined) await emit([early], { ...input, waking: undefined }, settling);
  const replies = await Promise.all(atEndpoints.map((effect) => askEndpoint(effect, input, settling)));
  const [last, ...others] = replies.filter((reply) => reply !== undefined).toReversed();
  if (others.length > 0) await emit(others.toReversed(), { ...input, waking: undefined }, settling);
  return last;
}

function isTrying(send: Send | undefined): boolean {
  return send?.message.kind === "response" && send.message.status === 100;
}
