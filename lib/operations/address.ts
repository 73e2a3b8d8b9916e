/** An address as operators read it: without `sip:` or `sips:`. */
export function withoutScheme(address: string): string {
  return address.replace(/^sips?:/i, "");
}
