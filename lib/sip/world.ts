// The inputs of a decision: time, settings, keys, randomness, and the state it may read. Nothing in it writes.
import type { Aor } from "./syntax/aor.ts";
import type { Platform } from "./policy/platform.ts";
import type { Settings } from "./policy/settings.ts";
import type { TurnServers } from "./policy/turn-servers.ts";
import type { ReadSet, Snapshot } from "./state/snapshot.ts";
import type { SigningKeys } from "./tokens/signature.ts";

export interface World {
  /** Epoch seconds. */
  readonly now: number;
  readonly settings: Settings;
  readonly platform: Platform;
  readonly keys: SigningKeys;
  /** Fresh randomness for one nonce, in base64url. */
  readonly random: () => string;
  /** The public VAPID key (RFC 8292 §3.2) in base64url. Present where devices are woken by push. */
  readonly pushKey?: () => Promise<string>;
  /** Present where the deployment has TURN servers. */
  readonly turn?: TurnServers;
  /**
   * Reads all keys in one round trip; each key costs a read. Flows, registrations and contexts are as of the latest
   * commit before the call.
   */
  read(keys: ReadSet): Promise<Snapshot>;
  /** Verifies a bearer token. Called only where the settings say that tokens are taken (`settings.bearer`). */
  verifyToken(token: string): Promise<VerifiedToken>;
  /**
   * True if an earlier decision about the input met a conflict or was put off: records that were assumed absent must be read
   * now.
   */
  readonly isRetry: boolean;
  /** Timers in a row that led to this decision, one set by the other; 0 for a message. The platform bounds them. */
  readonly links: number;
}

/** Reasons are for the log and never repeat any part of the token. */
export type VerifiedToken =
  | { readonly kind: "verified"; readonly aor: Aor }
  | { readonly kind: "refused"; readonly reason: string }
  /** The issuer's keys cannot be fetched, so the token cannot be judged. */
  | { readonly kind: "issuer failed"; readonly reason: string };
