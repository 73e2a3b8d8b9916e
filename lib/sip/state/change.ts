// The writes a decision may ask for, and their order. Each changes one record under a condition; a condition that fails
// is a conflict, and the decision is taken again on fresh reads.
import type { FlowId } from "../transport/endpoint.ts";
import type { BranchChange } from "./branch-change.ts";
import type { ContactOwner } from "./contact-owner.ts";
import type { FlowRecord, LastDigest } from "./flow.ts";
import type { KeptResponse } from "./kept-response.ts";
import type { LoginHistory } from "./login-history.ts";
import type { Binding, Registration } from "./registration.ts";
import type { ResponseContext } from "./response-context.ts";

export type Change =
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "registration"; readonly registration: Registration; readonly expiresAt: number }
  /** `ifAbsent`: a record that a REGISTER has written meanwhile holds more, and stays. */
  | { readonly kind: "flow"; readonly record: FlowRecord; readonly ifAbsent?: true }
  /** Stored if `read` is still the last digest of the flow. */
  | { readonly kind: "digest"; readonly flow: FlowId; readonly digest: LastDigest; readonly read?: LastDigest }
  | { readonly kind: "flow gone"; readonly flow: FlowId }
  | { readonly kind: "contact owner"; readonly owner: ContactOwner }
  /** Stored if the version is still the one that was read. */
  | { readonly kind: "context"; readonly context: ResponseContext }
  /** Stored if the branch is as it was read, nothing but other branches has changed, and one of them is pending. */
  | BranchChange
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
 * The record of a flow names its bindings: one without the record would stay when the flow closes. A kept response is named
 * by its branch.
 */
function isNamed({ kind }: Change): boolean {
  return kind === "flow" || kind === "kept response";
}

/** A flow is forgotten last: if it were forgotten before its binding, the binding would stay behind. */
function isLast({ kind }: Change): boolean {
  return kind === "flow gone";
}

/** An AOR without bindings keeps its row for an hour, so that its version goes on and a late write is noticed. */
const EMPTY_ROW_SECONDS = 3600;

/** A held request outlives its time by as much: the timer that ends it may be late. */
const LATE_SECONDS = 60;

/** The change that replaces the bindings of a registration as it was read. */
export function registrationChange(read: Registration, bindings: readonly Binding[], now: number): Change {
  const expiresAt = Math.max(now + EMPTY_ROW_SECONDS, ...bindings.map((binding) => binding.expiresAt));
  const { held: before = [], ...rest } = read;
  const held = before.filter(({ until }) => until > now - LATE_SECONDS);
  return { kind: "registration", registration: { ...rest, bindings, ...(held.length > 0 && { held }) }, expiresAt };
}
