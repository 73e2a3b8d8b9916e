// Decides whether a WebSocket may open. API Gateway sends the returned status to the client, and of the headers only
// Sec-WebSocket-Protocol.
import { type Handshake, offersOf, originsOf } from "./handshake.ts";
import { mayConnect } from "./origins.ts";

/** The result of a `$connect` integration. */
export interface ConnectResult {
  readonly statusCode: 200 | 400 | 403 | 500;
  readonly headers?: { readonly "Sec-WebSocket-Protocol": "sip" };
}

/**
 * RFC 7118 §4.1: the client offers the subprotocol `sip` and the server must choose it; a token among the offers
 * (`authorizer/credential.ts`) is never repeated. RFC 6455 §10.2: of web pages, those whose origin is among `allowed` (see
 * `origins.ts`). A client without Origin is not a browser and could send any value: only its credentials identify it.
 */
export function connectResult(handshake: Handshake, allowed: readonly string[]): ConnectResult {
  if (!offersOf(handshake).some((offer) => offer.toLowerCase() === "sip")) return { statusCode: 400 };
  if (!mayConnect(originsOf(handshake), allowed)) return { statusCode: 403 };
  return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "sip" } };
}
