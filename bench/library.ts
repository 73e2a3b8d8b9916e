// The tasks of every library in the comparison, each by its own means.

/** The decoded values that a proxy decides on. */
export interface Facts {
  /** Method or status. */
  readonly start: string;
  /** The Request-URI, its user and its host; absent in a response. */
  readonly uri?: string | undefined;
  readonly user?: string | undefined;
  readonly host?: string | undefined;
  readonly fromUri: string;
  readonly fromUser: string;
  readonly fromTag: string;
  readonly toUri: string;
  readonly toUser: string;
  readonly toTag: string | undefined;
  readonly callId: string;
  readonly cseq: number;
  readonly method: string;
  /** Of the topmost Via. */
  readonly branch: string;
  readonly maxForwards: number | undefined;
  readonly body: string;
}

export interface Library {
  readonly name: string;
  /** The result of its parser, for the table's footnote. */
  readonly yields: string;
  parse(text: string): unknown;
  /** Parses, and decodes the values that a proxy decides on. */
  decide(text: string): Facts;
  /**
   * Parses; a request loses a hop in Max-Forwards and our entry on top of its Route, and gains our Record-Route and Via;
   * a response loses the topmost Via. The text that goes out.
   */
  forward(text: string): string;
  /** All of it on one parse, and the octets that go out. */
  relay(text: string): Buffer;
}

export const WORKS = ["parse", "decide", "forward", "relay"] as const;
export type Work = (typeof WORKS)[number];
