// Retry-After of responses to requests that could not be decided (RFC 3261 §20.33), in seconds.

/** After an error or under load. A conflict or a throttled table has passed by then; phones spread a few seconds around it. */
export const RETRY_SECONDS = 5;

/** While the issuer of tokens cannot be reached: its keys are asked for again with the next token. */
export const ISSUER_RETRY_SECONDS = 5;
