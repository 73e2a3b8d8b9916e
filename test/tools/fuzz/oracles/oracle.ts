import type { SipMessage } from "../../conformance/sip/message.ts";
import type { Flow, Sent, Turn, World } from "../world.ts";

/** A turn with its texts parsed, by a parser that shares no code with `lib`. */
export interface Reading {
  readonly turn: Turn;
  /** The message that caused the turn, if it can be parsed. */
  readonly received?: SipMessage;
  readonly sent: readonly SentReading[];
}

export interface SentReading extends Sent {
  /** Undefined for a pong, and for other texts that are not SIP. */
  readonly message?: SipMessage;
}

/** Watches one story. Returns a sentence about the first violation; undefined as long as the rule holds. */
export interface Oracle {
  readonly name: string;
  turn?(reading: Reading): string | undefined;
  /** After the last timer. */
  end?(world: World): string | undefined;
}

/** A text for a message to a reader. */
export function shown(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return JSON.stringify(short);
}

export function nameOf({ name, user }: Flow): string {
  return user === undefined ? `${name} (no user)` : `${name} (${user})`;
}
