// Decide, commit, emit: the only place where a decision becomes stored and then visible. A process may end between any two
// lines: nothing is visible before it is stored, and the timer sends again what may have been lost.
import { AnsweredError, ContentionError } from "../errors.ts";
import type {
  Effect,
  HttpRequest,
  HttpResult,
  Look,
  Outcome,
  Push,
  PushFailure,
  Send,
  SendFailure,
  Timer,
} from "../sip/outcome.ts";
import {
  answerFailure,
  deliveryFailed,
  flowClosed,
  httpAnswered,
  httpReceived,
  isHttpEnd,
  look,
  parse,
  pushFailed,
  receive,
  type ServerFailure,
  timerDue,
} from "../sip/stack.ts";
import type { Registration } from "../sip/state/registration.ts";
import type { ResponseContext } from "../sip/state/response-context.ts";
import { serialize } from "../sip/syntax/serialize.ts";
import type { WebSocketMessage } from "../sip/transport/web-socket-message.ts";
import type { VerifiedToken, World } from "../sip/world.ts";
import { createAdmission } from "./admission.ts";
import { httpSubject, type LogSubject, requestSubject, subjectOf, timerSubject, withCallId } from "./log-line.ts";
import { type Incidents, observeOutcome, reasonFields } from "./observe.ts";
import type { Ports } from "./ports.ts";

export interface Signaling {
  /**
   * Takes one message; the result is the one message for the same flow, if there is one. Rejects with an {@link AnsweredError} if
   * the sender has its final response already, or gets it from a timer.
   */
  receive(message: WebSocketMessage): Promise<string | undefined>;
  /** The response to a message for which `receive` failed: its sender must not wait for one that never comes. */
  answerFailure(message: WebSocketMessage, why: ServerFailure): string | undefined;
  /** The flow has closed: its bindings end. */
  disconnected(flow: string): Promise<void>;
  /** A due timer. Rejects if it could not be settled: the queue delivers it again. */
  timerFired(timer: Timer): Promise<void>;
}

/** The world without its keys: not every decision needs them, and not every Lambda may read them. */
type Keyless = Omit<World, "keys">;
type Decide = (world: Keyless) => Promise<Outcome>;

/** The input that is being settled: its log line, and the flow whose message woke the process, if one did. */
interface Event {
  readonly subject: LogSubject;
  readonly waking?: string | undefined;
  /** Failed deliveries that led here, one from another. */
  readonly depth: number;
  /** Decisions about the input so far. */
  readonly outcomes: Outcome[];
  /** The contexts and registrations that were read for it. */
  readonly contexts: ResponseContext[];
  readonly registrations: Registration[];
  readonly incidents: { -readonly [Name in keyof Incidents]: Incidents[Name] };
  /** Inputs that came of it: the work of HTTP callees. */
  readonly inner: Event[];
  /** Of the whole input. */
  readonly sender: Sender;
}

/** The phone whose message woke the process. */
interface Sender {
  readonly flow: string | undefined;
  /** It got a final response. */
  isAnswered: boolean;
}

/** Twenty phones of a group that answer at the same instant still get through. */
const MAX_ATTEMPTS = 20;

/** Failed deliveries lead to others: another flow, the next target. Each removes a flow, so the bound is never reached. */
const MAX_DEPTH = 50;

/** A table that is throttled, or a row that many calls write, has a moment to recover. */
const FAILED_LOOK_SECONDS = 2;

const NO_HTTP: HttpResult = { kind: "failed", why: "not allowed" };

const NO_TOKENS: VerifiedToken = { kind: "refused", reason: "this deployment takes no tokens in SIP" };

export function createSignaling(ports: Ports): Signaling {
  const admission = createAdmission(ports);

  function worldOf(attempt: number, { contexts, registrations }: Event): Keyless {
    const { push } = ports;
    return {
      now: ports.now(),
      settings: ports.settings,
      platform: ports.platform,
      random: () => ports.random(),
      read: async (keys) => {
        const snapshot = await ports.read(keys);
        admission.learn(snapshot.flows);
        contexts.push(...snapshot.contexts);
        registrations.push(...snapshot.registrations);
        return snapshot;
      },
      verifyToken: (token) => ports.verifyToken?.(token) ?? Promise.resolve(NO_TOKENS),
      isRetry: attempt > 1,
      ...(push && { pushKey: () => push.publicKey() }),
      ...(ports.turn && { turn: ports.turn }),
    };
  }

  function signed(decide: (world: World) => Promise<Outcome>): Decide {
    return async (world) => decide({ ...world, keys: await ports.keys() });
  }

  /** Nothing leaves before its state is stored, so deciding twice is harmless. */
  async function settle(decide: Decide, event: Event): Promise<Send | undefined> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const outcome = await decide(worldOf(attempt, event));
      if (outcome.again !== undefined) {
        await ports.wait(outcome.again);
        continue;
      }
      if ((await store(outcome)) === "conflict") {
        event.incidents.conflicts += 1;
        await ports.pause(attempt);
        continue;
      }
      admission.learnFrom(outcome.changes);
      event.outcomes.push(outcome);
      return emit(outcome.effects, event);
    }
    throw new ContentionError(`state changed ${MAX_ATTEMPTS} times while ${event.subject.name} was decided`);
  }

  /**
   * Timers before state: a timer whose state was never stored is stale, but a state whose timer was never set is a call
   * that never ends. For a new context both may be written at once, because nothing depends on it yet.
   */
  async function store({ changes, timers }: Outcome): Promise<"committed" | "conflict"> {
    const contexts = changes.filter((change) => change.kind === "context");
    const isNew = contexts.length > 0 && contexts.every(({ context }) => context.version === 0);
    if (!isNew) await ports.setTimers(timers);
    const [committed] = await Promise.all([ports.commit(changes), isNew ? ports.setTimers(timers) : undefined]);
    return committed;
  }

  /**
   * The last message for the waking flow is the result, because it arrives after those that are posted; the other effects are
   * carried out side by side.
   */
  async function emit(effects: readonly Effect[], event: Event): Promise<Send | undefined> {
    const atEndpoints = effects.filter(isAtEndpoint);
    if (atEndpoints.length > 0) return emitFirst(effects, atEndpoints, event);
    const back = effects.findLast(
      (effect): effect is Send => effect.kind === "send" && effect.to.flow === event.waking,
    );
    const rerouted = await deliver(
      effects.filter((effect) => effect !== back),
      event,
    );
    const [instead, ...more] = rerouted;
    if (instead === undefined) return back;
    // A response from rerouting says more than the 100 Trying. A request does not: the caller may be a target of its own call.
    const isReplaced = isTrying(back) && rerouted.some(({ message }) => message.kind === "response");
    let displaced: readonly Send[] = back === undefined || isReplaced ? more : [back, ...more];
    for (let { depth } = event; displaced.length > 0; depth += 1)
      displaced = await deliver(displaced, { ...event, depth });
    return instead;
  }

  /**
   * An HTTP endpoint may take seconds, so every message goes out before it is asked. Its answers are decided on and emitted as usual:
   * the last message for the waking flow is the result.
   */
  async function emitFirst(
    effects: readonly Effect[],
    atEndpoints: readonly AtEndpoint[],
    event: Event,
  ): Promise<Send | undefined> {
    const early = await emit(
      effects.filter((effect) => !isAtEndpoint(effect)),
      event,
    );
    if (early !== undefined) await emit([early], { ...event, waking: undefined });
    const replies = await Promise.all(atEndpoints.map((effect) => isolated(effect, event)));
    const [last, ...others] = replies.filter((reply) => reply !== undefined).toReversed();
    if (others.length > 0) await emit(others.toReversed(), { ...event, waking: undefined });
    return last;
  }

  /**
   * A failure must not lead to a second final response. While an offer is at its endpoint, another process may have sent one, and the
   * timer of the session sees to one.
   */
  async function isolated(effect: AtEndpoint, event: Event): Promise<Send | undefined> {
    try {
      return await atEndpoint(effect, event);
    } catch (error) {
      const isOffer = effect.kind === "http" && effect.purpose === "open";
      if (!isOffer && !event.sender.isAnswered) throw error;
      throw new AnsweredError("failed after the response, or while a timer sees to it", { cause: error });
    }
  }

  /** An input of its own: its lines say what the endpoint was asked and answered. */
  async function atEndpoint(effect: AtEndpoint, { waking, depth, inner, sender }: Event): Promise<Send | undefined> {
    const isMessage = effect.kind === "send";
    const result = isMessage ? undefined : ((await ports.http?.(effect)) ?? NO_HTTP);
    const subject = isMessage ? requestSubject(effect) : httpSubject(effect, result ?? NO_HTTP);
    const event = newEvent({ subject, waking }, depth + 1, sender);
    inner.push(event);
    const decide = signed((world) =>
      isMessage ? httpReceived(effect, world) : httpAnswered(effect, result ?? NO_HTTP, world),
    );
    return settle(decide, event);
  }

  /**
   * Carries out effects, and the decisions about those that failed; the results are messages for the flow that sent the
   * input.
   */
  async function deliver(effects: readonly Effect[], event: Event): Promise<readonly Send[]> {
    const failures = (
      await Promise.all(byFlow(effects.filter(isToFlow)).map((each) => carryOutInOrder(each, event)))
    ).flat();
    event.incidents.gone += failures.filter(({ failure }) => failure === "gone").length;
    return reroute(failures, event);
  }

  /** Two posts to one connection at the same moment may overtake each other. */
  async function carryOutInOrder(effects: readonly ToFlow[], event: Event): Promise<readonly FailedDelivery[]> {
    const failures: (FailedDelivery | undefined)[] = [];
    for (const effect of effects) failures.push(await carryOut(effect, event));
    return failures.filter((failure) => failure !== undefined);
  }

  async function carryOut(effect: ToFlow, event: Event): Promise<FailedDelivery | undefined> {
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
        if (to.flow === event.sender.flow && message.kind === "response" && message.status >= 200) {
          event.sender.isAnswered = true;
        }
        const result = await ports.post(to.flow, serialize(message));
        return result === "delivered" ? undefined : { kind: "send", failed: effect, failure: result };
      }
      case "look":
        await lookNow(effect, event);
        return undefined;
    }
  }

  /**
   * The decision that led to the look is stored, and its messages are on their way: an error of the look must not become its answer (a 500 to an
   * INVITE that rings). A timer looks instead; where it fails as well, the queue delivers it again.
   */
  async function lookNow(effect: Look, event: Event): Promise<void> {
    const { waking: _waking, ...input } = event;
    const { resource } = effect;
    try {
      await settle(
        signed((world) => look(effect, world)),
        input,
      );
    } catch (error) {
      ports.observe("look failed", { resource, error, ...reasonFields({ code: "look-failed" }) });
      try {
        await ports.setTimers([{ ...effect, kind: "resource", delaySeconds: FAILED_LOOK_SECONDS }]);
      } catch (timerError) {
        ports.observe("look given up", { resource, error: timerError, ...reasonFields({ code: "look-given-up" }) });
      }
    }
  }

  /** One after the other: failed deliveries mostly concern one context, and side by side they would conflict. */
  async function reroute(failures: readonly FailedDelivery[], event: Event): Promise<readonly Send[]> {
    if (event.depth >= MAX_DEPTH) return [];
    const replies: (Send | undefined)[] = [];
    for (const one of failures) {
      const decide = signed((world) =>
        one.kind === "push"
          ? pushFailed(one.failed, one.failure, world)
          : deliveryFailed(one.failed, one.failure, world),
      );
      replies.push(await settle(decide, { ...event, depth: event.depth + 1 }));
    }
    return replies.filter((reply) => reply !== undefined);
  }

  /** The lines are written at the end, in the order of the decisions, so that they can tell the cost of all of them. */
  async function observed(
    input: Pick<Event, "subject" | "waking">,
    decide: (event: Event) => Promise<Send | undefined>,
  ): Promise<Send | undefined> {
    const event = newEvent(input, 0);
    try {
      return await decide(event);
    } finally {
      tell(event);
    }
  }

  function tell({ subject, contexts, registrations, incidents, outcomes, inner }: Event): void {
    const named = withCallId(subject, contexts[0]?.request);
    outcomes.forEach((outcome, index) => {
      const found = { registrations, now: ports.now(), ...(index === 0 && { incidents }) };
      observeOutcome(ports.observe, named, outcome, found);
    });
    inner.forEach(tell);
  }

  return {
    async receive(message) {
      const admitted = await admission.admit(message);
      if (admitted !== "decide") return admitted.reply;
      const parsed = parse(message, ports.platform);
      const decide = signed(async (world) => admission.countUnreadable(message, await receive(message, parsed, world)));
      const input = { subject: subjectOf(message, parsed), waking: message.flow };
      const answer = await observed(input, (event) => settle(decide, event));
      return answer && serialize(answer.message);
    },
    answerFailure(message, why) {
      const { name, fields } = subjectOf(message);
      ports.observe(name, { ...fields, ...reasonFields({ code: why }) });
      const answer = answerFailure(message, why);
      return answer && serialize(answer);
    },
    async disconnected(flow) {
      const subject = { name: "disconnected", fields: { flow } };
      await observed({ subject }, (event) => settle((world) => flowClosed(flow, world), event));
    },
    async timerFired(timer) {
      const decide: Decide = (world) => timerDue(timer, world, () => ports.keys());
      await observed({ subject: timerSubject(timer) }, (event) => settle(decide, event));
    },
  };
}

type ToFlow = Exclude<Effect, HttpRequest>;

/** Work of an HTTP callee: a message for it, or a request to its endpoint. */
type AtEndpoint = Send | HttpRequest;

function isToFlow(effect: Effect): effect is ToFlow {
  return effect.kind !== "http";
}

function isAtEndpoint(effect: Effect): effect is AtEndpoint {
  return effect.kind === "http" || (effect.kind === "send" && isHttpEnd(effect.to));
}

function newEvent(
  input: Pick<Event, "subject" | "waking">,
  depth: number,
  sender: Sender = { flow: input.waking, isAnswered: false },
): Event {
  const incidents = { conflicts: 0, gone: 0 };
  return { ...input, depth, outcomes: [], contexts: [], registrations: [], incidents, inner: [], sender };
}

type FailedDelivery =
  | { readonly kind: "send"; readonly failed: Send; readonly failure: SendFailure }
  | { readonly kind: "push"; readonly failed: Push; readonly failure: PushFailure };

/** The effects of each flow, in their order; looks beside them. */
function byFlow(effects: readonly ToFlow[]): readonly (readonly ToFlow[])[] {
  const flows = new Map<string, ToFlow[]>();
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

function isTrying(send: Send | undefined): boolean {
  return send?.message.kind === "response" && send.message.status === 100;
}
