// Decide, commit, emit: the only place where a decision becomes stored and then visible. A process may die between any
// two lines: nothing is visible that is not stored, and the timer sends again what may have got lost.
import { ContentionError } from "../errors.ts";
import { type Event, eventOf, timerEvent, titleOf } from "./log-line.ts";
import { isOfContact } from "../sip/location/contact-address.ts";
import { timerDue } from "../sip/proxy/timers.ts";
import type { Settings } from "../sip/policy/settings.ts";
import { answerBreakdown, type Breakdown, type Frame, receive } from "../sip/stack.ts";
import type { SipMessage } from "../sip/syntax/message.ts";
import { serialize } from "../sip/syntax/serialize.ts";
import { answerKeepAlive } from "../sip/transport/keep-alive.ts";
import { type LoginDeadline, loginDue } from "../sip/auth/login-deadline.ts";
import type { SigningKeys } from "../sip/tokens/signature.ts";
import { createTraffic, type Verdict } from "../sip/limits/rate-limiter.ts";
import type { TurnServers } from "../sip/policy/turn-servers.ts";
import { flowGone, undelivered } from "../sip/proxy/undelivered.ts";
import type {
  Change,
  DueTimer,
  FlowRecord,
  Outcome,
  Question,
  Seen,
  Send,
  SendFailure,
  TimerRequest,
  TokenProof,
  World,
} from "../sip/world.ts";

/** What the protocol needs of its surroundings; `lib/aws` and `lib/memory` are the two bodies. */
export interface Ports {
  readonly settings: Settings;
  /** Epoch seconds. */
  now(): number;
  /** Fresh randomness in base64url. */
  random(): string;
  keys(): Promise<SigningKeys>;
  /** Where the deployment has TURN servers. */
  readonly turn?: TurnServers;
  look(question: Question): Promise<Seen>;
  /** What a bearer token proves; absent where none are taken. */
  proofOf?(token: string): Promise<TokenProof>;
  /** Each change is stored if what it was decided on is still what is stored; "conflict" if one was not. */
  commit(changes: readonly Change[]): Promise<"committed" | "conflict">;
  setTimers(timers: readonly TimerRequest[]): Promise<void>;
  /** Sends a text to a flow. */
  post(flow: string, text: string): Promise<"delivered" | SendFailure>;
  /** Closes a connection that means nothing any more; one that is gone already is fine. */
  close(flow: string): Promise<void>;
  /** Waits a little before a decision is taken anew, the longer the more often that was needed. */
  pause(attempt: number): Promise<void>;
  /** One line about what came in and what became of it. */
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface Signaling {
  /** Takes one message; the result is the one message for the same flow, if there is one. */
  receive(frame: Frame): Promise<string | undefined>;
  /** What to answer a message when `receive` failed: the sender must not wait for an answer that never comes. */
  brokenDown(frame: Frame, breakdown: Breakdown): string | undefined;
  /** The flow is gone: so are its bindings. */
  disconnected(flow: string): Promise<void>;
  /** A due timer, of a transaction or of a connection. Throws if it could not be settled: the queue brings it again. */
  timerFired(timer: DueTimer | LoginDeadline): Promise<void>;
}

/** The world without its keys: not every decision needs them, and not every Lambda may read them. */
type Decide = (world: Omit<World, "keys">) => Promise<Outcome>;

/** Twenty phones of a group that all answer at once still get through. */
const MAX_ATTEMPTS = 20;

const NO_TOKENS: TokenProof = { kind: "refused", reason: "none are taken" };

/** Deliveries that fail lead to others: another flow, the next target. Each takes one away, so this is never reached. */
const MAX_DEPTH = 50;

export function createSignaling(ports: Ports): Signaling {
  /** Lives as long as this process: counting costs nobody a call. */
  const traffic = createTraffic(ports.settings.rates);

  /** Nothing leaves before its state is stored, so deciding twice is harmless. */
  async function settle(decide: Decide, event: Event, waking?: string, depth = 0): Promise<SipMessage | undefined> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const outcome = await decide({
        now: ports.now(),
        settings: ports.settings,
        random: () => ports.random(),
        look: (question) => ports.look(question).then(recognized),
        proofOf: (token) => ports.proofOf?.(token) ?? Promise.resolve(NO_TOKENS),
        isRetry: attempt > 1,
        ...(ports.turn && { turn: ports.turn }),
      });
      if ((await store(outcome)) === "conflict") {
        await ports.pause(attempt);
        continue;
      }
      for (const change of outcome.changes) if (change.kind === "flow") recognize(change.record);
      note(event, outcome);
      const [reply] = await Promise.all([
        emit(outcome.sends, event, waking, depth),
        ...(outcome.closes ?? []).map((flow) => ports.close(flow)),
      ]);
      return reply;
    }
    throw new ContentionError(`state changed ${MAX_ATTEMPTS} times while ${event.name} was decided`);
  }

  /** What is read or written about a flow says who it is, so its traffic is counted by AOR without a read of its own. */
  function recognize(record: FlowRecord): void {
    if (!isOfContact(record)) traffic.learn(record.flow, record.identity);
  }

  function recognized(seen: Seen): Seen {
    if (seen.flow !== undefined) recognize(seen.flow);
    return seen;
  }

  /**
   * Timers before state: a timer whose state never came to be is stale, a state whose timer never came to be is a call that
   * never ends. For a new context the two may go side by side, since nothing depends on it yet.
   */
  async function store({ changes, timers }: Outcome): Promise<"committed" | "conflict"> {
    const isNew = changes.every((change) => change.kind !== "context" || change.context.version === 0);
    if (!isNew) await ports.setTimers(timers);
    const [committed] = await Promise.all([ports.commit(changes), isNew ? ports.setTimers(timers) : undefined]);
    return committed;
  }

  /** Adds the keys to what a decision is taken on. */
  function signed(decide: (world: World) => Promise<Outcome>): Decide {
    return async (world) => decide({ ...world, keys: await ports.keys() });
  }

  /** The first message for the flow that woke us is the result; the rest is posted, side by side. */
  async function emit(
    sends: readonly Send[],
    event: Event,
    waking: string | undefined,
    depth: number,
  ): Promise<SipMessage | undefined> {
    const back = sends.find(({ to }) => to.flow === waking);
    const posted = await Promise.all(
      sends
        .filter((send) => send !== back)
        .map(async (send) => ({ send, result: await ports.post(send.to.flow, serialize(send.message)) })),
    );
    // One after the other: they are branches of one context mostly, and side by side each would make the others decide anew.
    const rerouted: (SipMessage | undefined)[] = [];
    for (const { send, result } of posted) {
      if (result === "delivered" || depth === MAX_DEPTH) continue;
      const decide = signed((world) => undelivered(send, result, world));
      rerouted.push(await settle(decide, event, waking, depth + 1));
    }
    // What came of a failed delivery says more than the 100 that was to go out with it.
    const [instead, ...more] = rerouted.filter((message) => message !== undefined);
    if (instead === undefined) return back?.message;
    const others = back === undefined || isTrying(back.message) ? more : [back.message, ...more];
    if (waking !== undefined) await Promise.all(others.map((message) => ports.post(waking, serialize(message))));
    return instead;
  }

  /** Nothing is read, nothing stored, nothing posted; and a flood is not written down line by line. */
  async function turnAway(frame: Frame, verdict: Exclude<Verdict, { kind: "pass" }>): Promise<string | undefined> {
    const { name, fields } = eventOf(frame);
    const { over } = verdict;
    if (verdict.kind === "close") {
      ports.note(name, { ...fields, because: `closed: goes on over the limit of its ${over}` });
      await ports.close(frame.flow);
      return undefined;
    }
    if (verdict.isFirst) ports.note(name, { ...fields, because: `turned away: over the limit of its ${over}` });
    const answer = answerBreakdown(frame, "overloaded");
    return answer && serialize(answer);
  }

  /** Closes a flow that sends nothing we can read. */
  async function receivePatiently(frame: Frame, world: World): Promise<Outcome> {
    const outcome = await receive(frame, world);
    const isOver = outcome.isUnreadable === true && traffic.judgeUnreadable(frame, world.now) === "too many";
    return isOver ? { ...outcome, closes: [frame.flow] } : outcome;
  }

  function note({ name, fields }: Event, { sends, because }: Outcome): void {
    const sent = sends.map(({ to, message }) => `${titleOf(message)} > ${to.flow}`);
    ports.note(name, { ...fields, ...(sent.length > 0 && { sent }), ...(because !== undefined && { because }) });
  }

  return {
    async receive(frame) {
      const verdict = traffic.judge(frame, ports.now());
      if (verdict.kind !== "pass") return turnAway(frame, verdict);

      const pong = answerKeepAlive(frame.text);
      if (pong !== undefined) return pong === "" ? undefined : pong;

      const answer = await settle(
        signed((world) => receivePatiently(frame, world)),
        eventOf(frame),
        frame.flow,
      );
      return answer && serialize(answer);
    },
    brokenDown(frame, breakdown) {
      const answer = answerBreakdown(frame, breakdown);
      return answer && serialize(answer);
    },
    async disconnected(flow) {
      await settle((world) => flowGone(flow, world), { name: "disconnected", fields: { flow } });
    },
    async timerFired(timer) {
      const decide: Decide =
        "login" in timer ? (world) => loginDue(timer, world) : signed((world) => timerDue(timer, world));
      await settle(decide, timerEvent(timer));
    },
  };
}

function isTrying(message: SipMessage): boolean {
  return message.kind === "response" && message.status === 100;
}
