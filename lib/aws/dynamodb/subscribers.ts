// Subscribers are the operator's: written by tools, read by the Lambdas.
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { algorithmNames, type DigestAlgorithm } from "../../sip/auth/algorithm.ts";
import { ha1 } from "../../sip/auth/digest.ts";
import type { Subscriber } from "../../sip/auth/subscriber.ts";
import { aor } from "../../sip/location/aor.ts";

export interface NewSubscriber {
  /** User part of the AOR and digest username, not escaped. */
  readonly user: string;
  readonly password: string;
  /** Domain of the AOR and digest realm. */
  readonly domain: string;
}

/** Adds a subscriber, or changes the password of one. The password itself is not stored (RFC 7616 §3.4.2). */
export async function putSubscriber(db: DynamoDBClient, table: string, subscriber: NewSubscriber): Promise<void> {
  const { user, password, domain } = subscriber;
  const secrets: Partial<Record<DigestAlgorithm, string>> = {};
  for (const algorithm of algorithmNames) secrets[algorithm] = ha1(algorithm, user, domain, password);
  const row: Subscriber = { aor: aor(user, domain), ha1: secrets };
  await db.send(new PutItemCommand({ TableName: table, Item: marshall(row) }));
}

/** Removes a subscriber; its next login fails, its present connection lives out its two hours at most. */
export async function removeSubscriber(db: DynamoDBClient, table: string, user: string, domain: string): Promise<void> {
  await db.send(new DeleteItemCommand({ TableName: table, Key: marshall({ aor: aor(user, domain) }) }));
}
