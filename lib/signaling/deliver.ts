// Effects on flows, push addresses and watched resources, and the decisions about those that failed.
import type { Effect, HttpRequest, Look, Push, PushFailure, Send, SendFailure } from "../sip/effect.ts";
import { deliveryFailed, look, pushFailed } from "../sip/stack.ts";
import { serialize } from "../sip/syntax/serialize.ts";
import { type Settling, withKeys } from "./decide.ts";
import { type Input, linked } from "./input.ts";
import { reasonFields } from "./observe.ts";

type Deliverable = Exclude<Effect, HttpRequest>;

type FailedDelivery =
  | { readonly kind: "send"; readonly failed: Send; readonly failure: SendFailure }
  | { readonly kind: "push"; readonly failed: Push; readonly failure: PushFailure };

/**
 * Failed deliveries lead to others: another flow, the next target. Bounds a decision that meets the same failure again and
 * again.
 */
const MAX_DEPTH = 50;

/** A table that is throttled, or a row that many calls write, has a moment to recover. */
const FAILED_LOOK_SECONDS = 2;

/**
 * Carries out effects, and the decisions about those that failed; the results are messages for the flow that sent the
 * input.
 */
export async function deliver(effects: readonly Effect[], input: Input, settling: Settling): Promise<readonly Send[]> {
  const failures = (
    await Promise.all(byFlow(effects.filter(isDeliverable)).map((each) => carryOutInOrder(each, input, settling)))
  ).flat();
  input.incidents.gone += failures.filter(({ failure }) => failure === "gone").length;
  return reroute(failures, input, settling);
}

/** Two posts to one connection at the same moment may overtake each other. */
async function carryOutInOrder(
  effects: readonly Deliverable[],
  input: Input,
  settling: Settling,
): Promise<readonly FailedDelivery[]> {
  const failures: (FailedDelivery | undefined)[] = [];
  for (const effect of effects) failures.push(await carryOut(effect, input, settling));
  return failures.filter((failure) => failure !== undefined);
}

async function carryOut(effect: Deliverable, input: Input, settling: Settling): Promise<FailedDelivery | undefined> {
  const { ports } = settling;
  switch (effect.kind) {
    case "close":
      await ports.close(effect.flow);
      return undefined;
    case "push": {
      const result = (await ports.push?.send(effect)) ?? "failed";
      return result === "delivered" ? undefined : { kind: "push", failed: effect, failure: result };
    }
    case "send": {
      const { to, message } = effect;
      if (to.flow === input.sender.flow && message.kind === "response" && message.status >= 200) {
        input.sender.isAnswered = true;
      }
      const result = await ports.post(to.flow, serialize(message));
      return result === "delivered" ? undefined : { kind: "send", failed: effect, failure: result };
    }
    case "look":
      await lookNow(effect, input, settling);
      return undefined;
  }
}

/**
 * The decision that led to the look is stored, and its messages are on their way: an error of the look must not become its
 * answer (a 500 to an INVITE that rings). A timer looks instead; where it fails as well, the queue delivers it again.
 */
async function lookNow(effect: Look, input: Input, { ports, settle }: Settling): Promise<void> {
  const { waking: _waking, ...unasked } = input;
  const { resource } = effect;
  try {
    await settle(
      withKeys(ports, (world) => look(effect, world)),
      unasked,
    );
  } catch (error) {
    ports.observe("look failed", { resource, error, ...reasonFields({ code: "look-failed" }) });
    try {
      const later = { ...effect, kind: "resource", delaySeconds: FAILED_LOOK_SECONDS } as const;
      await ports.setTimers(linked([later], input));
    } catch (timerError) {
      ports.observe("look given up", { resource, error: timerError, ...reasonFields({ code: "look-given-up" }) });
    }
  }
}

/** One after the other: failed deliveries mostly concern one context, and side by side they would conflict. */
async function reroute(
  failures: readonly FailedDelivery[],
  input: Input,
  { ports, settle }: Settling,
): Promise<readonly Send[]> {
  if (input.depth >= MAX_DEPTH && failures.length > 0) {
    ports.observe("deliveries given up", { failed: failures.length, ...reasonFields({ code: "deliveries-given-up" }) });
    return [];
  }
  const replies: (Send | undefined)[] = [];
  for (const one of failures) {
    const decide = withKeys(ports, (world) =>
      one.kind === "push" ? pushFailed(one.failed, one.failure, world) : deliveryFailed(one.failed, one.failure, world),
    );
    try {
      replies.push(await settle(decide, { ...input, depth: input.depth + 1 }));
    } catch (error) {
      if (one.kind !== "push") throw error;
      // Seconds after the call was stored its caller may have a final response, and its timer sees to one.
      ports.observe("push given up", { error, ...reasonFields({ code: "push-given-up" }) });
    }
  }
  return replies.filter((reply) => reply !== undefined);
}

function isDeliverable(effect: Effect): effect is Deliverable {
  return effect.kind !== "http";
}

/** The effects of each flow, in their order; looks beside them. */
function byFlow(effects: readonly Deliverable[]): readonly (readonly Deliverable[])[] {
  const flows = new Map<string, Deliverable[]>();
  for (const effect of effects) {
    const flow = keyOf(effect);
    const before = flows.get(flow);
    if (before === undefined) flows.set(flow, [effect]);
    else before.push(effect);
  }
  return [...flows.values()];
}

/** Effects of one flow, of one push address and of one resource keep their order. */
function keyOf(effect: Effect): string {
  if (effect.kind === "look") return effect.resource;
  if (effect.kind === "push") return `push ${effect.address.prid}`;
  return effect.kind === "send" ? effect.to.flow : effect.flow;
}
