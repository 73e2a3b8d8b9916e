import type { SipMessage } from "../../conformance/sip/message.ts";
import type { Flow, Sent, Turn, World } from "../world.ts";

/** A turn with its texts read, by a reader that shares no code with `lib`. */
export interface Reading {
  readonly turn: Turn;
  /** What woke us, if it was a message that can be read. */
  readonly received?: SipMessage;
  readonly sent: readonly SentReading[];
}

export interface SentReading extends Sent {
  /** Undefined for a pong, and for what is no SIP. */
  readonly message?: SipMessage;
}

/** Watches one story. What it says is broken, in words; undefined while all is well. */
export interface Oracle {
  readonly name: string;
  turn?(reading: Reading): string | undefined;
  /** After the last timer. */
  end?(world: World): string | undefined;
}

/** For messages to people. */
export function shown(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return JSON.stringify(short);
}

export function nameOf({ name, user }: Flow): string {
  return user === undefined ? `${name} (nobody)` : `${name} (${user})`;
}
