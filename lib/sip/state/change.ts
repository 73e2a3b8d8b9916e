// The writes a decision may ask for, and their order. Each writes one record, nearly all under a condition; a condition
// that fails is a conflict, and the decision is taken again on fresh reads.
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { BranchChange } from "./branch-change.ts";
import type { CallEnd } from "./call.ts";
import type { ContactOwner } from "./contact-owner.ts";
import type { FlowRecord, LastDigest } from "./flow.ts";
import type { HttpCalls } from "./http-calls.ts";
import type { HttpSession } from "./http-session.ts";
import type { KeptResponse } from "./kept-response.ts";
import type { LoginHistory } from "./login-history.ts";
import type { OwnSettingsChange } from "./own-settings.ts";
import type { Binding, Registration } from "./registration.ts";
import type { Counted, ResourceState } from "./resource-state.ts";
import type { ResponseContext } from "./response-context.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { Subscription } from "./subscription.ts";

export type Change =
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "registration"; readonly registration: Registration; readonly expiresAt: number }
  /**
   * Calls and watched packages are added to those of the stored record. A conflict if the flow has closed. `ifAbsent`: a record
   * that a REGISTER has written meanwhile holds more, and stays. The record of a closed flow stays, too.
   */
  | { readonly kind: "flow"; readonly record: FlowRecord; readonly ifAbsent?: true }
  /** Stored if `read` is still the last digest of the open flow. */
  | { readonly kind: "digest"; readonly flow: FlowId; readonly digest: LastDigest; readonly read?: LastDigest }
  /**
   * Marks the record of a flow as closed, or makes one. With `read`: a conflict if its calls are not these or its AORs, which
   * only become more, not as many; without a record it has none.
   */
  | {
      readonly kind: "flow gone";
      readonly flow: FlowId;
      readonly closedAt: number;
      readonly expiresAt: number;
      readonly read?: { readonly calls: readonly string[]; readonly bound: number };
    }
  /**
   * Adds a call to the record of a flow; a conflict if the flow has none or has closed. `isUnwatched`: also if the record names
   * a watched package.
   */
  | { readonly kind: "flow call"; readonly flow: FlowId; readonly call: string; readonly isUnwatched?: true }
  /** Adds a watched package to the record of an open flow. A conflict if its calls are not the ones that were read. */
  | { readonly kind: "flow watched"; readonly flow: FlowId; readonly event: string; readonly calls: readonly string[] }
  /** Removes a call from the record of an open flow, if both are there, and notes the time (epoch seconds). */
  | { readonly kind: "flow call over"; readonly flow: FlowId; readonly call: string; readonly at: number }
  | { readonly kind: "contact owner"; readonly owner: ContactOwner }
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "context"; readonly context: ResponseContext }
  /** Stored if the branch is as it was read, nothing but other branches has changed, and one of them is pending. */
  | BranchChange
  /** The watchers of a resource are notified of the call of a context, if that is still there. */
  | { readonly kind: "call watched"; readonly context: string; readonly resource: string }
  /**
   * Ends the call of a context. A conflict if it has ended, if its tag is not among these, or without a call. `isUnwatched`:
   * also if it is watched.
   */
  | {
      readonly kind: "call ended";
      readonly context: string;
      readonly tags: readonly [from: string, to: string];
      readonly isUnwatched?: true;
      readonly end: CallEnd;
      readonly expiresAt: number;
    }
  | { readonly kind: "kept response"; readonly kept: KeptResponse }
  /** Stored if its tag is not stored yet. */
  | { readonly kind: "new http session"; readonly session: HttpSession }
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "http session"; readonly session: HttpSession }
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "http calls"; readonly calls: HttpCalls; readonly expiresAt: number }
  /** Counts one more failure, and forgets the count at `forgetAt` if it is the first; begins again past the expiry. */
  | { readonly kind: "failed login"; readonly key: string; readonly at: number; readonly forgetAt: number }
  /** Stored if the version is still the one that was read; otherwise the login is decided again. */
  | { readonly kind: "login history"; readonly history: LoginHistory; readonly expiresAt: number }
  /**
   * Changes parts of a subscriber's policy. A conflict if it changes the forwarding and that is not the one that was read, or
   * if there is no such subscriber; `mayBeNew`: one without a password is added then.
   */
  | ({ readonly kind: "own settings"; readonly aor: Aor; readonly mayBeNew: boolean } & OwnSettingsChange)
  /** Stored in any case; the same one again changes nothing. */
  | { readonly kind: "message"; readonly message: StoredMessage }
  /** A conflict if it is not there: another decision has removed it. One that is over, or was taken, may be gone. */
  | { readonly kind: "message gone"; readonly aor: Aor; readonly id: string; readonly isOver?: true }
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "subscription"; readonly subscription: Subscription }
  /**
   * A NOTIFY must be answered from now on, unless an earlier one has not been. Nothing happens to a subscription that has
   * ended.
   */
  | { readonly kind: "subscription asked"; readonly resource: string; readonly id: string; readonly at: number }
  /** A NOTIFY that had to be answered was. Nothing happens to a subscription that has ended. */
  | { readonly kind: "subscription answered"; readonly resource: string; readonly id: string }
  /** With a version: a conflict if the subscription is there with another one, because its watcher has refreshed it. */
  | {
      readonly kind: "subscription over";
      readonly resource: string;
      readonly id: string;
      readonly version?: number;
    }
  /** Stored if the version and the joins are still the ones that were read. */
  | { readonly kind: "resource state"; readonly state: ResourceState }
  /** Counts one more join if the version is still the one that was read; other joins do not conflict. */
  | {
      readonly kind: "resource joined";
      readonly resource: string;
      readonly version: number;
      readonly expiresAt: number;
      /** The row's from now on, where the resource needs a timer. */
      readonly timerAt?: number;
      readonly timerLinks?: number;
      /** One more watcher is counted. */
      readonly isNewWatcher?: true;
      /** Of a resource list: its members report to it for longer. */
      readonly joinedUntil?: number;
      /** The watchers that a query has found. */
      readonly counted?: Counted;
    };

export type RegistrationChange = Extract<Change, { readonly kind: "registration" }>;

/** Changes in the order in which they are stored; after a conflict nothing further is. */
export function inSteps(changes: readonly Change[]): readonly (readonly Change[])[] {
  if (changes.length < 2) return changes.length === 0 ? [] : [changes]; // those of most messages
  const steps = new Map<number, Change[]>();
  for (const change of changes) {
    const step = STEPS[change.kind];
    steps.set(step, [...(steps.get(step) ?? []), change]);
  }
  return [...steps].toSorted(([a], [b]) => a - b).map(([_step, ofStep]) => ofStep);
}

/**
 * The record of a flow names its bindings and calls, and a branch its kept response: both are stored before what they name. A
 * flow is marked as closed before its bindings go: a REGISTER that meets a conflict there must find that it comes too late. The
 * record of a conversation is stored after all that may conflict, the proof of the sender among it: the next decision takes the
 * input for a repetition once that record is stored, and the messages of this one would never be sent. A flow forgets a call
 * after the end of the call. A message is stored after the registration that announces it: a REGISTER that comes between them
 * looks again. It is stored after its flow has closed, because after a conflict there it would be stored once more, perhaps after
 * its delivery. A subscription is stored
 * before it counts as a join: the change that comes next reads it. The answer of an HTTP session is stored before the
 * response context has it, so that a timer finds the session; a new session comes last, because one that is stored means that
 * its INVITE is a repetition.
 */
const STEPS = {
  digest: 1,
  "login history": 1,
  flow: 2,
  "flow call": 2,
  "flow watched": 2,
  "flow gone": 2,
  "kept response": 2,
  "http calls": 2,
  "http session": 2,
  registration: 3,
  "own settings": 3,
  "contact owner": 3,
  "failed login": 3,
  message: 5,
  "message gone": 5,
  context: 6,
  branch: 6,
  "call watched": 6,
  "call ended": 6,
  "flow call over": 7,
  subscription: 7,
  "subscription asked": 7,
  "subscription answered": 7,
  "subscription over": 7,
  "resource state": 8,
  "resource joined": 8,
  "new http session": 8,
} as const satisfies Readonly<Record<Change["kind"], number>>;

/** The record of a closed flow stays as long as a message of it may still be decided. */
const CLOSED_SECONDS = 60;

/** Where calls are tracked, a flow is closed only with the calls that the decision knows. */
export function flowGone(
  flow: FlowId,
  record: FlowRecord | undefined,
  { settings, now }: { readonly settings: { readonly calls: "tracked" | "stateless" }; readonly now: number },
): Change {
  const { calls = [], bound = [] } = record ?? {};
  const read = settings.calls === "tracked" ? { read: { calls, bound: bound.length } } : {};
  return { kind: "flow gone", flow, closedAt: now, expiresAt: now + CLOSED_SECONDS, ...read };
}

/**
 * An AOR without bindings keeps its row, so that its version goes on and a late write is noticed; where the users are kept by
 * another service, texts wait for an AOR that has a row (RFC 3428 §7), as long as a text waits by default.
 */
const EMPTY_ROW_SECONDS = 7 * 86_400;

/** Held requests and waiting calls outlive their time by as much: the timer that ends them may be late. */
const LATE_SECONDS = 60;

/** The change that replaces the bindings of a registration as it was read. */
export function registrationChange(read: Registration, bindings: readonly Binding[], now: number): RegistrationChange {
  const until = read.messages?.until ?? 0;
  const ends = [...bindings, ...(read.asleep ?? [])].map((binding) => binding.expiresAt);
  const expiresAt = Math.max(now + EMPTY_ROW_SECONDS, until, ...ends);
  const { held: before = [], away: left = [], waiting: calls = [], ...rest } = read;
  const held = before.filter(({ until }) => until > now - LATE_SECONDS);
  const away = left.filter(({ until }) => until > now - LATE_SECONDS);
  const waiting = calls.filter(({ until }) => until > now);
  const lists = {
    ...(held.length > 0 && { held }),
    ...(away.length > 0 && { away }),
    ...(waiting.length > 0 && { waiting }),
  };
  return { kind: "registration", registration: { ...rest, bindings, ...lists }, expiresAt };
}
