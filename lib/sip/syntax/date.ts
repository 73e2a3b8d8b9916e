// Date (RFC 3261 §20.17): the format of RFC 1123, in GMT only.

/** `Sat, 13 Nov 2010 23:29:00 GMT` from epoch seconds. */
export function serializeDate(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toUTCString();
}

const RFC_1123 = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Epoch seconds; undefined for another zone, another format, or an invalid date. */
export function parseDate(text: string): number | undefined {
  if (!RFC_1123.test(text)) return undefined;
  const seconds = Date.parse(text) / 1000;
  // A different text means that the weekday does not match or that the day does not exist.
  return Number.isNaN(seconds) || serializeDate(seconds) !== text ? undefined : seconds;
}
