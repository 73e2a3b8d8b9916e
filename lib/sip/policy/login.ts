// The time a new connection has to log in, and the life of a challenge.

/** Seconds. Phones register at once; a page may first ask for a password or renew a token. */
export const DEFAULT_LOGIN_SECONDS = 30;

/**
 * Seconds for which a nonce is fresh (RFC 7616 §3.3). A page may first ask for a password; an older nonce costs one
 * more 401.
 */
export const NONCE_SECONDS = 300;
