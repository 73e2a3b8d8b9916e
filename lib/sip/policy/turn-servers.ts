// The TURN servers of a deployment (RFC 8656): where they are, and the secret they share with us.
import type { KeyObject } from "node:crypto";
import { hostPortAt } from "../syntax/host.ts";
import { LONGEST_FLOW_SECONDS } from "../transport/endpoint.ts";

export interface TurnSettings {
  /** `turn:`, `turns:` and `stun:` URIs, as a browser's `RTCIceServer` takes them. */
  readonly urls: readonly string[];
  /** How long a credential is good for new relays. */
  readonly ttlSeconds: number;
}

export interface TurnServers extends TurnSettings {
  /** coturn's `static-auth-secret`. Read when somebody asks for a credential, and not before. */
  readonly secret: () => Promise<KeyObject>;
}

/**
 * Two hours, as long as a connection lives: who fetches a credential after signing in has one for as long as that lasts.
 * A call may last longer: coturn looks at the time when a relay is allocated, not when it is refreshed.
 */
export const defaultTtlSeconds = LONGEST_FLOW_SECONDS;

const TURN = /^turns?:([^?]*)(?:\?transport=[\w.~-]+)?$/i;
const STUN = /^stuns?:([^?]*)$/i;

/** RFC 7065 §3.1: `turn:host[:port][?transport=…]`, and the same with `turns`. */
export function isTurnUri(text: string): boolean {
  return hasHost(TURN.exec(text)?.[1]);
}

/** RFC 7064 §3.1: `stun:host[:port]`, and the same with `stuns`. */
export function isStunUri(text: string): boolean {
  return hasHost(STUN.exec(text)?.[1]);
}

function hasHost(text: string | undefined): boolean {
  return text !== undefined && hostPortAt(text, 0, text.length) !== undefined;
}
