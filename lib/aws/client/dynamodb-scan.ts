// Reading a whole table, for tools: apart from the calls of the functions, so that their bundles do not contain it.
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { type Row, toRow } from "./attribute-values.ts";

/** Every row, in no order, a page of up to 1 MB at a time. */
export async function* scanTable(client: DynamoDBClient, table: string): AsyncGenerator<Row> {
  for await (const { Items: items = [] } of paginateScan({ client }, { TableName: table })) yield* items.map(toRow);
}
