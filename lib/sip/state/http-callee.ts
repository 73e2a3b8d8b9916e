// An address that is answered over HTTP: a WHIP endpoint (RFC 9725), or one of the same form, takes the offer of an INVITE by
// POST and gives the answer back. Set by the operator, as part of a subscriber's policy.

export interface HttpCallee {
  /** `https:` URL that takes offers; `{caller}` in it stands for the caller's address. */
  readonly url: string;
  /** Name or ARN of the secret with the bearer token; absent for an endpoint without one. */
  readonly secret?: string;
  /** Fields of a form that has the offer as its field `sdp`; absent: the offer alone is the body. */
  readonly form?: Readonly<Record<string, string>>;
  /** Absent: DELETE of the session's URL (RFC 9725 §4.2). */
  readonly end?: HttpEnding;
  /** Sent with every request, beside those of the protocol. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Addresses (`sip:alice@example.com`) and domains (`example.com`) that may call; absent: every authenticated caller. */
  readonly callers?: readonly string[];
  /** Calls at a time; absent: the default of `policy/http-callees.ts`. */
  readonly limit?: number;
  /**
   * Of these, calls of one caller; absent: the default of `policy/http-callees.ts`. Callers behind a gateway are not told
   * apart.
   */
  readonly callerLimit?: number;
  /** SIP statuses for HTTP statuses, where they differ from the usual ones. */
  readonly statuses?: Readonly<Record<string, number>>;
}

/** How a session ends at an endpoint that does not take DELETE. */
export interface HttpEnding {
  readonly method: string;
  /** Appended to the path of the session's URL, such as `hangup`. */
  readonly path?: string;
}
