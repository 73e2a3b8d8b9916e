// The Bearer challenge of a deployment that takes tokens in SIP (RFC 8898 §4).

export interface BearerChallenge {
  /** `https` URI of the authorization server; a client finds its endpoints there (RFC 8414). */
  readonly authzServer: string;
  /** Scopes to ask for, separated by spaces. */
  readonly scope?: string;
  /** Before the digest challenges or after them. JsSIP and SIP.js keep only the last challenge, and know only digest. */
  readonly offered: "first" | "last";
}
