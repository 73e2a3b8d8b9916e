// What a flow answered last: one attribute of its row, because the rest may be somebody else's to write at the moment.
import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Change } from "../../sip/world.ts";

type AnswerChange = Extract<Change, { readonly kind: "answer" }>;

/** The condition makes it exact: of two requests with one count, one is stored and the other decided anew. */
export async function putAnswer(
  db: DynamoDBClient,
  table: string,
  { flow, answer, read }: AnswerChange,
): Promise<"committed" | "conflict"> {
  const isStill =
    read === undefined
      ? "attribute_exists(#flow) AND attribute_not_exists(#answered)"
      : "#answered.#nonce = :nonce AND #answered.#count = :count";
  const names =
    read === undefined
      ? { "#answered": "answered", "#flow": "flow" }
      : { "#answered": "answered", "#nonce": "nonce", "#count": "count" };
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: table,
        Key: marshall({ flow }),
        UpdateExpression: "SET #answered = :answer",
        ConditionExpression: isStill,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: marshall({
          ":answer": answer,
          ...(read !== undefined && { ":nonce": read.nonce, ":count": read.count }),
        }),
      }),
    );
    return "committed";
  } catch (error) {
    // A request that the client repeats because its answer got lost ends here too, and is known again when read.
    if (error instanceof ConditionalCheckFailedException) return "conflict";
    throw error;
  }
}
