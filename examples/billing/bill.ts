// A Lambda of your own that bills calls: each answered call becomes a row, once, although an event may come twice.
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const db = new DynamoDBClient();
const CENTS_A_MINUTE = 2;

/** The used part of an event `call.ended`. */
interface EndedCall {
  readonly detail: {
    readonly callId: string;
    readonly from: string;
    readonly to: string;
    readonly endedAt: string;
    /** Milliseconds from the answer to the end; 0 for a call that failed. */
    readonly talked: number;
  };
}

export async function handler({ detail }: EndedCall): Promise<void> {
  const { callId, from, to, endedAt, talked } = detail;
  if (talked === 0) return;
  const minutes = Math.ceil(talked / 60_000); // each begun minute
  const bill = { callId: { S: callId }, from: { S: from }, to: { S: to }, endedAt: { S: endedAt } };
  const cents = { minutes: { N: String(minutes) }, cents: { N: String(minutes * CENTS_A_MINUTE) } };
  const command = new PutItemCommand({
    TableName: process.env["BILLS_TABLE"],
    Item: { ...bill, ...cents },
    ConditionExpression: "attribute_not_exists(callId)",
  });
  try {
    await db.send(command);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error; // otherwise: billed before
  }
}
