// Values that a quoted string cannot hold (RFC 8187, which follows RFC 5987): `UTF-8''J%C3%A4s%C3%B8n`.

const EXT_VALUE = /^utf-8'[a-z0-9-]*'((?:%[0-9a-f]{2}|[\w!#$&+\-.^`|~])+)$/i;

/** Undefined if it is malformed, or in a character set other than UTF-8, the mandatory one (§3.2.1). */
export function parseExtendedValue(text: string): string | undefined {
  const [, encoded] = EXT_VALUE.exec(text) ?? [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return undefined; // the octets are not UTF-8
    throw error;
  }
}
