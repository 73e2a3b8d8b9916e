// Who may open a WebSocket. API Gateway sends the client whatever status this returns, and of the headers only
// Sec-WebSocket-Protocol.

/** The answer of a `$connect` integration. */
export interface Admission {
  readonly statusCode: 200 | 400 | 403 | 500;
  readonly headers?: { readonly "Sec-WebSocket-Protocol": "sip" };
}

/**
 * RFC 7118 §4.1: the client offers the subprotocol `sip` and the server must choose it. Header names come in the case
 * the client wrote them; several offers come as one string. `origins` absent: any page may connect.
 */
export function admit(headers: Readonly<Record<string, string>>, origins?: readonly string[]): Admission {
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

  const offers = (header("sec-websocket-protocol") ?? "").split(",").map((offer) => offer.trim().toLowerCase());
  if (!offers.includes("sip")) return { statusCode: 400 };

  const origin = header("origin");
  if (origins !== undefined && origin !== undefined && !origins.includes(origin)) return { statusCode: 403 };

  return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "sip" } };
}
