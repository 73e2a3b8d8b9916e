// Rows by their keys, as many as a command needs: DynamoDB takes a hundred keys in a request.
import { type DynamoDBClient, type Row, tablesOn } from "../aws/client/dynamodb.ts";

export async function readRows(
  db: DynamoDBClient,
  table: string,
  key: string,
  wanted: readonly string[],
): Promise<readonly Row[]> {
  const ids = [...new Set(wanted)].filter((id) => id !== "");
  const rows: Row[] = [];
  for (let first = 0; first < ids.length; first += MOST_KEYS) {
    const part = ids.slice(first, first + MOST_KEYS);
    rows.push(...((await tablesOn(db).readBatch([{ table, key, ids: part, isConsistent: true }])).get(table) ?? []));
  }
  return rows;
}

const MOST_KEYS = 100;
