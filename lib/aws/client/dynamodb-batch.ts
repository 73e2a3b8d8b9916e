// Many rows at once, for tools: a request of its own for each of 20,000 subscribers takes most of a minute.
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { toItem } from "./attribute-values.ts";

/** Stores rows, each in place of the one with its key. Rejects if DynamoDB goes on leaving rows unprocessed. */
export async function putRows(client: DynamoDBClient, table: string, rows: readonly object[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, index) =>
    rows.slice(index * BATCH, (index + 1) * BATCH),
  );
  const next = batches.values();
  const work = async (): Promise<void> => {
    for (const batch of next) await putBatch(client, table, batch);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

async function putBatch(client: DynamoDBClient, table: string, rows: readonly object[]): Promise<void> {
  let requests: WriteRequest[] = rows.map((row) => ({ PutRequest: { Item: toItem(row) } }));
  for (let attempt = 1; requests.length > 0; attempt += 1) {
    if (attempt > ATTEMPTS) throw new Error(`DynamoDB left ${requests.length} rows of ${table} unprocessed`);
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MILLISECONDS * 2 ** (attempt - 2)));
    const { UnprocessedItems: left } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
    );
    requests = left?.[table] ?? [];
  }
}

/** The most that DynamoDB takes in a request. */
const BATCH = 25;
const AT_A_TIME = 4;
const ATTEMPTS = 8;
const FIRST_WAIT_MILLISECONDS = 50;
