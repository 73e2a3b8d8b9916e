// The accounts that the local cloud starts with.
import { leanDynamoDb } from "../../lib/aws/client/dynamodb.ts";
import { listSubscribers, putSubscribers } from "../../lib/aws/dynamodb/subscriber.ts";
import { builtInSubscribers, type Subscriber } from "../../lib/local/command/subscribers-file.ts";
import type { LocalCloud } from "../../lib/local/local-cloud.ts";
import { aor } from "../../lib/sip/syntax/aor.ts";

/** Adds those of the file; without one the built-in ones, unless the data folder has users of this domain already. */
export async function addSubscribers(
  cloud: LocalCloud,
  listed: readonly Subscriber[] | undefined,
  domain: string,
): Promise<readonly Subscriber[]> {
  const { region, credentials, endpoints, outputs } = cloud;
  const table = outputs["SubscribersTable"] ?? "";
  const db = leanDynamoDb({ region, credentials, endpoint: endpoints.dynamodb });
  const known = new Set<string>();
  if (listed === undefined) for await (const row of listSubscribers(db, table)) known.add(row.aor);
  const isNew = ![...known].some((address) => address.endsWith(`@${domain}`));
  const added = listed ?? (isNew ? builtInSubscribers : []);
  const accounts = added.map(({ user, password }) => ({ user, password, domain }));
  await putSubscribers(db, table, accounts);
  if (added.length > 0) return added;
  return builtInSubscribers.filter(({ user }) => known.has(aor(user, domain)));
}
