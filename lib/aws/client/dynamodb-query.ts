// Querying an index, for tools: apart from the calls of the functions, so that their bundles do not contain it.
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { type Row, toItem, toRow } from "./attribute-values.ts";

export interface IndexQuery {
  readonly table: string;
  readonly index: string;
  /** Name and value of the partition key. */
  readonly key: readonly [name: string, value: string];
  /** Name of the sort key, and its bounds, which belong to the result. */
  readonly range: readonly [name: string, from: number, until: number];
}

/** Rows with the attributes that the index has, in the order of the sort key. */
export async function* queryIndex(client: DynamoDBClient, query: IndexQuery): AsyncGenerator<Row> {
  const { table, index, key, range } = query;
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      IndexName: index,
      KeyConditionExpression: "#key = :key AND #sort BETWEEN :from AND :until",
      ExpressionAttributeNames: { "#key": key[0], "#sort": range[0] },
      ExpressionAttributeValues: toItem({ ":key": key[1], ":from": range[1], ":until": range[2] }),
    },
  );
  for await (const { Items: items = [] } of pages) yield* items.map(toRow);
}
