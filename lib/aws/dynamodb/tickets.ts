// Redeemed tickets. They are in the Flows table because each opens a connection; a row is kept until its ticket has
// expired.
import type { SpendTicket } from "../authorizer/door.ts";
import type { Tables } from "../client/dynamodb.ts";

/** No connection has such an id: connection ids are base64, which has no colon. */
const PREFIX = "ticket:";

/** Seconds that a row is kept after its ticket expired, because clocks differ. */
const LINGER = 300;

/**
 *
 * The condition lets one connection redeem a ticket, however many show it at the same time. The same connection may
 * write again, because the SDK repeats a request whose answer was lost.
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
