// The TURN servers of a deployment (RFC 8656): their URIs, and the secret shared with them.
import type { KeyObject } from "node:crypto";
import { hostPortAt } from "../syntax/host.ts";
import { awsPlatform } from "./platform.ts";

export interface TurnSettings {
  /** `turn:`, `turns:` and `stun:` URIs, as a browser's `RTCIceServer` takes them. */
  readonly urls: readonly string[];
  /** Seconds for which a credential allows new relays. */
  readonly ttlSeconds: number;
}

export interface TurnServers extends TurnSettings {
  /** coturn's `static-auth-secret`. Read when a client asks for a credential, and not before. */
  readonly secret: () => Promise<KeyObject>;
}

/**
 * Two hours, the longest life of a connection: a credential fetched after signing in lasts as long as the connection. A
 * call may last longer: coturn checks the time when a relay is allocated, not when it is refreshed.
 */
export const defaultTtlSeconds = awsPlatform.longestFlowSeconds;

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
