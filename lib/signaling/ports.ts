// The protocol's needs of its surroundings. `lib/aws` and `lib/memory` are the two implementations.
import type { HttpRequest, HttpResult, Push, PushFailure, SendFailure } from "../sip/effect.ts";
import type { TimerRequest } from "../sip/timer.ts";
import type { Platform } from "../sip/policy/platform.ts";
import type { Settings } from "../sip/policy/settings.ts";
import type { TurnServers } from "../sip/policy/turn-servers.ts";
import type { Change } from "../sip/state/change.ts";
import type { ReadSet, Snapshot } from "../sip/state/snapshot.ts";
import type { SigningKeys } from "../sip/tokens/signature.ts";
import type { VerifiedToken } from "../sip/world.ts";
import type { Observer } from "./observe.ts";

/** Push services (RFC 8599). */
export interface PushPort {
  /** The public VAPID key in base64url. */
  publicKey(): Promise<string>;
  /** Sends a push notification. Failures that a decision can handle are results; anything else rejects. */
  send(push: Push): Promise<"delivered" | PushFailure>;
}

/** Every function may reject: the message then gets 500 or 503, a timer is delivered again. */
export interface Ports {
  readonly settings: Settings;
  readonly platform: Platform;
  /** Epoch seconds. */
  now(): number;
  /** 96 bits of fresh randomness in base64url. */
  random(): string;
  keys(): Promise<SigningKeys>;
  /** Present where the deployment has TURN servers. */
  readonly turn?: TurnServers;
  /** Reads all keys in one round trip. Sees every commit that ended before the call, for flows, registrations and contexts. */
  read(keys: ReadSet): Promise<Snapshot>;
  /** Absent where no tokens are taken. */
  verifyToken?(token: string): Promise<VerifiedToken>;
  /**
   * Stores the changes in the steps of `inSteps`, each under its condition. Not atomic: changes of the same step are stored
   * although one of them conflicts. "conflict" if one did; later steps are then not stored.
   */
  commit(changes: readonly Change[]): Promise<"committed" | "conflict">;
  /** Sets timers; each fires at least once, after `delaySeconds` or a little later, in no order. */
  setTimers(timers: readonly TimerRequest[]): Promise<void>;
  /** Sends a serialized message to a flow. Failures that a decision can handle are results; anything else rejects. */
  post(flow: string, text: string): Promise<"delivered" | SendFailure>;
  /** Present where devices are woken by push notifications. */
  readonly push?: PushPort;
  /** Closes a connection; one that is closed already is fine. */
  close(flow: string): Promise<void>;
  /**
   * Carries out a request to the endpoint of an HTTP callee. Failures that a decision can handle are results. Absent where no
   * HTTP callee is served.
   */
  http?(request: HttpRequest): Promise<HttpResult>;
  /** Waits before a decision is taken again after a conflict; longer with each attempt (1 is the first). */
  pause(attempt: number): Promise<void>;
  /** Waits for that time, before a decision that was put off (`Outcome.again`). */
  wait(milliseconds: number): Promise<void>;
  /** Gets each line: an input and its outcome, a rejected or failed message, a failed look. */
  readonly observe: Observer;
}
