// A SUBSCRIBE that brings a resource list (RFC 5367 §4).
export const SUPPORTED = "Supported: eventlist";

/** The header fields and the body of a SUBSCRIBE that brings a list. */
export function bringing(...uris: readonly string[]) {
  const entries = uris.map((uri) => `<entry uri="${uri}"/>`).join("");
  return {
    lines: [
      "Event: presence",
      "Expires: 600",
      SUPPORTED,
      "Accept: application/pidf+xml, application/rlmi+xml, multipart/related",
      "Require: recipient-list-subscribe",
      "Content-Type: application/resource-lists+xml",
      "Content-Disposition: recipient-list",
    ],
    body: `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${entries}</list></resource-lists>`,
  };
}
