// The parts of a WebSocket handshake, as API Gateway passes them to the authorizer and to `$connect`.

export interface Handshake {
  /** Names in the case that the client wrote; one value of a repeated header. */
  readonly headers?: Readonly<Record<string, string>> | null;
  /** The same with all values. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
  /** Unescaped; absent without a query; one value of a repeated parameter. */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  /** The same with all values. */
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

function headerOf({ headers }: Handshake, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** All Origin headers (RFC 6454 §7): a browser sends one, other clients mostly none. */
export function originsOf({ headers, multiValueHeaders }: Handshake): readonly string[] {
  const all = Object.entries(multiValueHeaders ?? headers ?? {});
  return all.filter(([name]) => name.toLowerCase() === "origin").flatMap(([, values]) => values);
}

/** The subprotocols that the client offers, in its order. One header contains several. */
export function offersOf(handshake: Handshake): readonly string[] {
  const offers = headerOf(handshake, "sec-websocket-protocol")?.split(",") ?? [];
  return offers.map((offer) => offer.trim()).filter((offer) => offer !== "");
}
