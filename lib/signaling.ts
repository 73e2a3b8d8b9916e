// Decide, commit, emit: the only place where a decision becomes stored and then visible.

/** One WebSocket message as it came in (RFC 7118 §5). */
export interface Frame {
  /** The connection it came on. */
  readonly flow: string;
  readonly text: string;
  /** IP address the connection comes from, as the gateway saw it. */
  readonly source?: string;
}

/** A timer that came back from the queue. */
export interface DueTimer {
  /** The response context it belongs to. */
  readonly context: string;
  /** A timer whose epoch is not the context's own is stale. */
  readonly epoch: number;
}

export interface Signaling {
  /** Takes one message; the result is the one message for the same flow, if there is one. */
  receive(frame: Frame): Promise<string | undefined>;
  /** The flow is gone: so are its bindings. */
  disconnected(flow: string): Promise<void>;
  /** A due timer. Throws if it could not be settled, so that the queue brings it again. */
  timerFired(timer: DueTimer): Promise<void>;
}
