// The life of each INVITE that the server accepted: the stored state, its timers, and the messages on its branches.
import { type Fact, type FactOf, type Invocation, type QueuedTimer, visit } from "../core/record.ts";
import type { Wire } from "../core/wire.ts";
import { ATTACKER } from "../script/script.ts";
import { list } from "./list.ts";
import { withBranchChanged } from "../../../../lib/sip/state/branch-change.ts";
import { asWritten, withCallEnded, type ResponseContext } from "../../../../lib/sip/state/response-context.ts";

/** One response context. */
export interface ContextStory {
  readonly id: string;
  readonly callId: string;
  /** Of the caller's request. */
  readonly branch: string;
  readonly versions: readonly { readonly fact: FactOf<"stored">; readonly context: ResponseContext }[];
  readonly timers: readonly { readonly timer: QueuedTimer; readonly at: number }[];
}

/** A message that a Lambda has processed to the end: a phone's response to a forwarded request, or a timer. */
export interface Heard<T> {
  readonly what: T;
  readonly by: Invocation;
  /** When its Lambda started, and when it ended. */
  readonly woken: number;
  readonly at: number;
}

export interface HeardAnswer {
  readonly phone: string;
  readonly wire: Wire;
  /** The branch of the forwarded request. */
  readonly context: string;
  readonly index: number;
}

export interface Contexts {
  readonly contexts: ReadonlyMap<string, ContextStory>;
  /** Responses to INVITEs of a response context, except those that the attacker has made up. */
  answersTo(context: string): readonly Heard<HeardAnswer>[];
  timersOf(context: string): readonly Heard<QueuedTimer>[];
  /** When phones last sent a 180 that could be delivered; 0 if they never did. */
  lastSign(context: string): number;
}

export function tellContexts(facts: readonly Fact[]): Contexts {
  const contexts = new Map<string, Draft>();
  const answers = new Map<string, Heard<HeardAnswer>[]>();
  const timers = new Map<string, Heard<QueuedTimer>[]>();
  const woken = new Map<number, number>();
  const signs = new Map<string, number>();

  visit(facts, {
    woken({ by, at }) {
      woken.set(by.id, at);
      const answer = answerIn(by);
      if (answer !== undefined && isProvisional(answer.wire)) signs.set(answer.context, at);
    },
    stored(fact) {
      if (fact.change.kind === "context") {
        addVersion(draftOf(contexts, fact.change.context.id), fact, asWritten(fact.change.context));
      }
      if (fact.change.kind === "branch") {
        const draft = draftOf(contexts, fact.change.read.id);
        const last = draft.versions.at(-1)?.context;
        addVersion(draft, fact, last && withBranchChanged(last, fact.change));
      }
      if (fact.change.kind === "call ended") {
        const { context: id, tags, end, expiresAt } = fact.change;
        const last = contexts.get(id)?.versions.at(-1)?.context;
        const ended = last && withCallEnded(last, tags, end, expiresAt);
        if (ended !== undefined) addVersion(draftOf(contexts, id), fact, ended);
      }
    },
    queued({ timer, at }) {
      if (timer.kind === "transaction") draftOf(contexts, timer.context).timers.push({ timer, at });
    },
    done({ by, at }) {
      const when = { by, at, woken: woken.get(by.id) ?? at };
      const answer = answerIn(by);
      if (answer !== undefined) list(answers, answer.context).push({ what: answer, ...when });
      const timer = by.cause.kind === "timer" ? by.cause.timer : undefined;
      if (timer?.kind === "transaction") list(timers, timer.context).push({ what: timer, ...when });
    },
  });

  return {
    contexts,
    answersTo: (context) => answers.get(context) ?? [],
    timersOf: (context) => timers.get(context) ?? [],
    lastSign: (context) => signs.get(context) ?? 0,
  };
}

/** A context story under construction. */
interface Draft {
  readonly id: string;
  readonly versions: ContextStory["versions"][number][];
  readonly timers: ContextStory["timers"][number][];
  callId: string;
  branch: string;
}

function draftOf(contexts: Map<string, Draft>, id: string): Draft {
  const known = contexts.get(id) ?? { id, callId: "", branch: "", versions: [], timers: [] };
  contexts.set(id, known);
  return known;
}

/** The record as the tables hold it after the change. */
function addVersion(draft: Draft, fact: FactOf<"stored">, context: ResponseContext | undefined): void {
  if (context === undefined) throw new TypeError(`a change of a branch was stored for nothing: ${draft.id}`);
  draft.callId = /^Call-ID: (.*)$/m.exec(context.request)?.[1]?.trim() ?? "";
  draft.branch = context.matchingKey.split(" ")[0] ?? "";
  draft.versions.push({ fact, context });
}

/** The response to a forwarded INVITE that started a Lambda. */
function answerIn({ cause }: Invocation): HeardAnswer | undefined {
  if (cause.kind !== "frame" || cause.phone.startsWith(ATTACKER)) return undefined;
  const { phone, wire } = cause;
  const ours = wire.status > 0 && wire.method === "INVITE" ? ourBranch(wire) : undefined;
  return ours && { phone, wire, ...ours };
}

/** The response context and client branch that a forwarded request names in its Via; its responses repeat it. */
export function ourBranch({
  branch,
}: {
  readonly branch: string;
}): { readonly context: string; readonly index: number } | undefined {
  const match = /^z9hG4bK([\w-]{22})\.(\d+)\.[\w-]{22}$/.exec(branch);
  return match === null ? undefined : { context: match[1] ?? "", index: Number(match[2]) };
}

export function isProvisional({ status }: Wire): boolean {
  return status > 0 && status < 200;
}

/** A timer that was effective when its Lambda read the state, and whose decision was stored without a conflict. */
export function isMeant({ what, by, woken, at }: Heard<QueuedTimer>, { versions }: ContextStory): boolean {
  if (versions.findLast(({ fact }) => fact.at <= woken)?.context.epoch !== what.epoch) return false;
  return versions.every(({ fact }) => fact.at <= woken || fact.at > at || fact.by.id === by.id);
}
