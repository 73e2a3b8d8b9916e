// Tickets that were spent, in the table of the flows (`flow-rows.ts`), because each opens one: a ticket is a row until
// nobody could show it again.
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { SpendTicket } from "../authorizer/door.ts";
import { ticketRow } from "./flow-rows.ts";

/** Seconds a row outlives its ticket, for clocks that differ. */
const LINGER = 300;

/**
 * The condition makes it once and only once, however many show the ticket at the same time. That the same connection
 * may write again is for a request that the SDK repeats because its answer was lost.
 */
export function spendTicket(db: DynamoDBClient, table: string): SpendTicket {
  return async ({ id, expiresAt }, flow) => {
    const item = { flow: ticketRow(id), spentBy: flow, expiresAt: expiresAt + LINGER };
    try {
      await db.send(
        new PutItemCommand({
          TableName: table,
          Item: marshall(item),
          ConditionExpression: "attribute_not_exists(#flow) OR #spentBy = :spentBy",
          ExpressionAttributeNames: { "#flow": "flow", "#spentBy": "spentBy" },
          ExpressionAttributeValues: marshall({ ":spentBy": flow }),
        }),
      );
      return "spent";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "was spent before";
      throw error;
    }
  };
}
