// The credential of a handshake. A browser cannot set headers on a WebSocket, so there are two places: the query (`?token=…`)
// and a second subprotocol that the server never selects (`sip, token.<jwt>`), which access logs do not contain.
import { type Handshake, offersOf } from "../api-gateway/handshake.ts";

export interface Credential {
  readonly kind: "token" | "ticket";
  readonly text: string;
}

/** All credentials of the handshake. The caller refuses more than one, since it is undefined which one counts. */
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
