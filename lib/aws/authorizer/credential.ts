// What somebody shows at the door. A browser cannot set headers on a WebSocket, so there are two places: the query
// (`?token=…`) and a second subprotocol that nobody chooses (`sip, token.<jwt>`), which no access log keeps.
import { type Handshake, offersOf } from "./handshake.ts";

export interface Credential {
  readonly kind: "token" | "ticket";
  readonly text: string;
}

/** All that the handshake brings. More than one is for the caller to refuse: which of them should count? */
export function credentialsIn(handshake: Handshake): readonly Credential[] {
  const offers = offersOf(handshake);
  return kinds.flatMap((kind) => {
    const { queryStringParameters: one, multiValueQueryStringParameters: all } = handshake;
    const asked = all?.[kind] ?? [one?.[kind] ?? ""];
    const offered = offers.filter((offer) => offer.startsWith(`${kind}.`)).map((offer) => offer.slice(kind.length + 1));
    return [...asked, ...offered].filter((text) => text !== "").map((text) => ({ kind, text }));
  });
}

const kinds = ["token", "ticket"] as const;
