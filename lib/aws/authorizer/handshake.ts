// What a WebSocket handshake brings, as API Gateway hands it to the authorizer and to `$connect`.

export interface Handshake {
  /** Names in the case the client wrote them; of a header that came twice, one. */
  readonly headers?: Readonly<Record<string, string>> | null;
  /** The same with all that came. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
  /** Not escaped; absent if there is no query. Of a parameter that came twice, one. */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  /** The same with all that came. */
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

function headerOf({ headers }: Handshake, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Every Origin a client sent (RFC 6454 §7): a browser sends one, whatever is no browser mostly none. */
export function originsOf({ headers, multiValueHeaders }: Handshake): readonly string[] {
  const all = Object.entries(multiValueHeaders ?? headers ?? {});
  return all.filter(([name]) => name.toLowerCase() === "origin").flatMap(([, values]) => values);
}

/** The subprotocols a client offers, in its order. Several come as one header. */
export function offersOf(handshake: Handshake): readonly string[] {
  const offers = headerOf(handshake, "sec-websocket-protocol")?.split(",") ?? [];
  return offers.map((offer) => offer.trim()).filter((offer) => offer !== "");
}
