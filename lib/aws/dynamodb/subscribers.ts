// Subscribers are the operator's: written by tools, read by the Lambdas.
import { DeleteItemCommand, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { algorithmNames, type DigestAlgorithm } from "../../sip/auth/algorithm.ts";
import { ha1 } from "../../sip/auth/digest.ts";
import { aor } from "../../sip/location/aor.ts";

export interface NewSubscriber {
  /** User part of the AOR and digest username, not escaped. */
  readonly user: string;
  readonly password: string;
  /** Domain of the AOR and digest realm. */
  readonly domain: string;
}

/**
 * Adds a subscriber, or changes the password of one, whose wishes stay what they were. The password itself is not stored
 * (RFC 7616 §3.4.2).
 */
export async function putSubscriber(db: DynamoDBClient, table: string, subscriber: NewSubscriber): Promise<void> {
  const { user, password, domain } = subscriber;
  const secrets: Partial<Record<DigestAlgorithm, string>> = {};
  for (const algorithm of algorithmNames) secrets[algorithm] = ha1(algorithm, user, domain, password);
  await db.send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall({ aor: aor(user, domain) }),
      UpdateExpression: "SET ha1 = :ha1",
      ExpressionAttributeValues: marshall({ ":ha1": secrets }),
    }),
  );
}

/** Removes a subscriber; its next login fails, its present connection lives out its two hours at most. */
export async function removeSubscriber(db: DynamoDBClient, table: string, user: string, domain: string): Promise<void> {
  await db.send(new DeleteItemCommand({ TableName: table, Key: marshall({ aor: aor(user, domain) }) }));
}
