// Date (RFC 3261 §20.17): RFC 1123 in GMT and nothing else.

/** `Sat, 13 Nov 2010 23:29:00 GMT` from epoch seconds. */
export function serializeDate(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toUTCString();
}
