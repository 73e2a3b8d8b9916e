// Everything that went over the wire during one check.

export interface TraceEvent {
  /** Milliseconds since the check began. */
  readonly at: number;
  /** The phone. */
  readonly who: string;
  readonly direction: "sent" | "received" | "note";
  readonly text: string;
}

export interface Trace {
  readonly events: readonly TraceEvent[];
  add(who: string, direction: TraceEvent["direction"], text: string): void;
}

export function createTrace(): Trace {
  const began = performance.now();
  const events: TraceEvent[] = [];
  return {
    events,
    add: (who, direction, text) => void events.push({ at: performance.now() - began, who, direction, text }),
  };
}
