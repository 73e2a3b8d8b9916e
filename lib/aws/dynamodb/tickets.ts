// Redeemed tickets, in the Flows table, because each opens a connection: a ticket is a row until it has expired.
import type { SpendTicket } from "../authorizer/door.ts";
import type { Tables } from "../client/dynamodb.ts";

/** No connection has such an id: they are base64, which has no colon. */
const PREFIX = "ticket:";

/** Seconds a row outlives its ticket, for clocks that differ. */
const LINGER = 300;

/**
 * The condition makes it once and only once, however many show the ticket at the same time. That the same connection
 * may write again is for a request that the SDK repeats because its answer was lost.
 */
export function spendTicket(db: Tables, table: string): SpendTicket {
  return async ({ id, expiresAt }, flow) => {
    const row = { flow: PREFIX + id, spentBy: flow, expiresAt: expiresAt + LINGER };
    const { kind } = await db.putIf(table, row, {
      condition: "attribute_not_exists(#flow) OR #spentBy = :spentBy",
      names: { "#flow": "flow", "#spentBy": "spentBy" },
      values: { ":spentBy": flow },
    });
    return kind === "stored" ? "spent" : "was spent before";
  };
}
