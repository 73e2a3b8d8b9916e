// What a WebSocket handshake brings, as API Gateway hands it to the authorizer and to `$connect`.

export interface Handshake {
  /** Names in the case the client wrote them. */
  readonly headers?: Readonly<Record<string, string>> | null;
  /** Not escaped; absent if there is no query. */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
}

export function headerOf({ headers }: Handshake, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The subprotocols a client offers, in its order. Several come as one header. */
export function offersOf(handshake: Handshake): readonly string[] {
  const offers = headerOf(handshake, "sec-websocket-protocol")?.split(",") ?? [];
  return offers.map((offer) => offer.trim()).filter((offer) => offer !== "");
}
