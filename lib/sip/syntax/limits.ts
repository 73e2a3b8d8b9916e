// Limits of a message. Larger ones are refused before a header is decoded.

export interface Limits {
  /** Characters of a whole message: API Gateway carries 128 KB (aws: WebSocket API quotas). */
  readonly messageLength: number;
  readonly headerCount: number;
  /** Characters of one header field with its continuation lines; a Bearer token or a PASSporT has several thousand. */
  readonly headerLength: number;
}

export const defaultLimits: Limits = { messageLength: 131_072, headerCount: 256, headerLength: 16_384 };

/** For a stored message: this server has added fields and parameters to one that was within the limits. */
export const unlimited: Limits = { messageLength: Infinity, headerCount: Infinity, headerLength: Infinity };
