// Counts of failed logins, in the table of the flows (`flow-rows.ts`).
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Change, LoginFailures } from "../../sip/world.ts";
import { readNumber, toRow } from "./decode.ts";
import { counterIn, counterRow } from "./flow-rows.ts";
import { schema } from "./schema.ts";

type FailedLogin = Extract<Change, { readonly kind: "failed login" }>;
type Attributes = Readonly<Record<string, unknown>>;

/** The counts among rows of the table. */
export function failuresAmong(rows: readonly Attributes[]): readonly LoginFailures[] {
  return rows.flatMap((attributes) => {
    const key = counterIn(attributes["flow"]);
    if (key === undefined) return [];
    const row = toRow(schema.flows, attributes);
    const [count, last, expiresAt] = [readNumber(row, "count"), readNumber(row, "last"), readNumber(row, "expiresAt")];
    return [{ key, count, last, expiresAt }];
  });
}

/**
 * DynamoDB adds, so that of failures at the same moment none is lost. A request that the client repeats because its answer
 * got lost is counted twice: too much rather than too little. A count past its expiry begins again, with whoever is first.
 */
export async function countFailure(db: DynamoDBClient, table: string, failed: FailedLogin): Promise<void> {
  if (await isStored(add(db, table, failed, "attribute_not_exists(#flow) OR #expiresAt > :at"))) return;
  if (await isStored(beginAgain(db, table, failed))) return;
  await add(db, table, failed);
}

function add(db: DynamoDBClient, table: string, { key, at, forgetAt }: FailedLogin, condition?: string) {
  return db.send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall({ flow: counterRow(key) }),
      UpdateExpression: "ADD #count :one SET #last = :at, #expiresAt = :forgetAt",
      ...(condition !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: {
        "#count": "count",
        "#last": "last",
        "#expiresAt": "expiresAt",
        ...(condition !== undefined && { "#flow": schema.flows.key }),
      },
      ExpressionAttributeValues: marshall({ ":one": 1, ":at": at, ":forgetAt": forgetAt }),
    }),
  );
}

function beginAgain(db: DynamoDBClient, table: string, { key, at, forgetAt }: FailedLogin) {
  return db.send(
    new PutItemCommand({
      TableName: table,
      Item: marshall({ flow: counterRow(key), count: 1, last: at, expiresAt: forgetAt }),
      ConditionExpression: "attribute_not_exists(#flow) OR #expiresAt <= :at",
      ExpressionAttributeNames: { "#flow": schema.flows.key, "#expiresAt": "expiresAt" },
      ExpressionAttributeValues: marshall({ ":at": at }),
    }),
  );
}

/** The row stays, as the count of none: whoever adds to it meanwhile makes this a conflict. */
export async function forgive(
  db: DynamoDBClient,
  table: string,
  { key, count }: Extract<Change, { readonly kind: "forgiven logins" }>,
): Promise<"committed" | "conflict"> {
  const write = db.send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall({ flow: counterRow(key) }),
      UpdateExpression: "SET #count = :none",
      ConditionExpression: "#count = :read",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: marshall({ ":none": 0, ":read": count }),
    }),
  );
  return (await isStored(write)) ? "committed" : "conflict";
}

/** False if the condition was not met. */
async function isStored(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
