// The writes a decision may ask for, and their order. Each changes one record under a condition; a condition that fails
// is a conflict, and the decision is taken again on fresh reads.
import type { FlowId } from "../transport/endpoint.ts";
import type { BranchChange } from "./branch-change.ts";
import type { CallEnd } from "./call.ts";
import type { ContactOwner } from "./contact-owner.ts";
import type { FlowRecord, LastDigest } from "./flow.ts";
import type { KeptResponse } from "./kept-response.ts";
import type { LoginHistory } from "./login-history.ts";
import type { Binding, Registration } from "./registration.ts";
import type { ResponseContext } from "./response-context.ts";

export type Change =
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "registration"; readonly registration: Registration; readonly expiresAt: number }
  /**
   * Calls are added to those of the stored record. `ifAbsent`: a record that a REGISTER has written meanwhile holds more, and
   * stays.
   */
  | { readonly kind: "flow"; readonly record: FlowRecord; readonly ifAbsent?: true }
  /** Stored if `read` is still the last digest of the flow. */
  | { readonly kind: "digest"; readonly flow: FlowId; readonly digest: LastDigest; readonly read?: LastDigest }
  /** With `calls`: only if they are still those of the record, none for a record without any or no record. */
  | { readonly kind: "flow gone"; readonly flow: FlowId; readonly calls?: readonly string[] }
  /** Adds a call to the record of a flow; a conflict if the flow has none. */
  | { readonly kind: "flow call"; readonly flow: FlowId; readonly call: string }
  /** Removes a call from the record of a flow, if both are there. */
  | { readonly kind: "flow call over"; readonly flow: FlowId; readonly call: string }
  | { readonly kind: "contact owner"; readonly owner: ContactOwner }
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "context"; readonly context: ResponseContext }
  /** Stored if the branch is as it was read, nothing but other branches has changed, and one of them is pending. */
  | BranchChange
  /** Ends the call of a context. A conflict if it has ended, if its tag is not among these, or without a call. */
  | {
      readonly kind: "call ended";
      readonly context: string;
      readonly tags: readonly [from: string, to: string];
      readonly end: CallEnd;
      readonly expiresAt: number;
    }
  | { readonly kind: "kept response"; readonly kept: KeptResponse }
  /** Counts one more failure, and forgets the count at `forgetAt` if it is the first; begins again past the expiry. */
  | { readonly kind: "failed login"; readonly key: string; readonly at: number; readonly forgetAt: number }
  /** Stored if the version is still the one that was read; otherwise the login is decided again. */
  | { readonly kind: "login history"; readonly history: LoginHistory; readonly expiresAt: number };

/**
 * Changes in the order in which they are stored; after a conflict nothing further is. The sender's proof comes first: if
 * it conflicted after the context of its request was stored, the next decision would take the request for a repetition.
 */
export function inSteps(changes: readonly Change[]): readonly (readonly Change[])[] {
  const proofs = changes.filter(isProof);
  const named = changes.filter(isNamed);
  const others = changes.filter((change) => !isProof(change) && !isNamed(change) && !isLast(change));
  return [proofs, named, others, changes.filter(isLast)].filter((step) => step.length > 0);
}

function isProof({ kind }: Change): boolean {
  return kind === "digest" || kind === "login history";
}

/**
 * The record of a flow names its bindings and calls: one without the record would stay when the flow closes. A kept response
 * is named by its branch.
 */
function isNamed({ kind }: Change): boolean {
  return kind === "flow" || kind === "flow call" || kind === "kept response";
}

/**
 * A flow is forgotten last: if it were forgotten before its binding, the binding would stay behind. A flow forgets a call after
 * its end is stored, for the same reason.
 */
function isLast({ kind }: Change): boolean {
  return kind === "flow gone" || kind === "flow call over";
}

/** Where calls are tracked, a flow is forgotten only with the calls that the decision knows. */
export function flowGone(
  flow: FlowId,
  record: FlowRecord | undefined,
  { calls }: { readonly calls: "tracked" | "stateless" },
): Change {
  return { kind: "flow gone", flow, ...(calls === "tracked" && { calls: record?.calls ?? [] }) };
}

/** An AOR without bindings keeps its row for an hour, so that its version goes on and a late write is noticed. */
const EMPTY_ROW_SECONDS = 3600;

/** Held requests and waiting calls outlive their time by as much: the timer that ends them may be late. */
const LATE_SECONDS = 60;

/** The change that replaces the bindings of a registration as it was read. */
export function registrationChange(read: Registration, bindings: readonly Binding[], now: number): Change {
  const expiresAt = Math.max(now + EMPTY_ROW_SECONDS, ...bindings.map((binding) => binding.expiresAt));
  const { held: before = [], away: left = [], ...rest } = read;
  const held = before.filter(({ until }) => until > now - LATE_SECONDS);
  const away = left.filter(({ until }) => until > now - LATE_SECONDS);
  const waiting = { ...(held.length > 0 && { held }), ...(away.length > 0 && { away }) };
  return { kind: "registration", registration: { ...rest, bindings, ...waiting }, expiresAt };
}
