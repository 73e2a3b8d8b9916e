// Redeemed tickets, in the Flows table, because each opens a connection: a ticket is a row until it has expired.
import type { Tables } from "../client/dynamodb.ts";

/** Redeems a ticket; `flow` is the connection that is being opened with it. `expiresAt` in epoch seconds. */
export type RedeemTicket = (
  ticket: { readonly id: string; readonly expiresAt: number },
  flow: string,
) => Promise<"redeemed" | "was redeemed before">;

/** No connection has such an id: they are base64, which has no colon. */
const PREFIX = "ticket:";

/** Seconds a row outlives its ticket, for clocks that differ. */
const LINGER_SECONDS = 300;

/**
 * The condition lets a ticket be redeemed once, however many handshakes show it at the same time. The same connection may
 * write again, for a request that the SDK repeats because its response was lost.
 */
export function redeemTicket(db: Tables, table: string): RedeemTicket {
  return async ({ id, expiresAt }, flow) => {
    const row = { flow: PREFIX + id, spentBy: flow, expiresAt: expiresAt + LINGER_SECONDS };
    const { kind } = await db.putIf(table, row, {
      condition: "attribute_not_exists(#flow) OR #spentBy = :spentBy",
      names: { "#flow": "flow", "#spentBy": "spentBy" },
      values: { ":spentBy": flow },
    });
    return kind === "stored" ? "redeemed" : "was redeemed before";
  };
}
