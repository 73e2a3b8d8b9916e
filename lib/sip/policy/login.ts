// The time a new connection has to log in.

/** Seconds. Phones register at once; a page may first ask for a password or renew a token. */
export const DEFAULT_LOGIN_SECONDS = 30;
