// The accounts that the local cloud starts with.
import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { listSubscribers, putSubscribers } from "../../lib/aws/dynamodb/subscriber.ts";
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { builtInSubscribers, parseSubscribers, type Subscriber } from "../../lib/local/command/subscribers-file.ts";
import type { LocalCloud } from "../../lib/local/local-cloud.ts";
import { aor } from "../../lib/sip/syntax/aor.ts";
import { userNameProblem } from "../../lib/sip/syntax/user-name.ts";
import { Refusal } from "./refusal.ts";

/** The subscribers of the file, if one is given. */
export function readSubscribers({ subscribers: file }: CommandOptions): readonly Subscriber[] | undefined {
  if (file === undefined) return undefined;
  const parsed = parseSubscribers(readText(file), file, userNameProblem);
  if (!parsed.ok) throw new Refusal(parsed.problem, 2);
  return parsed.subscribers;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${String(error)}`, 2);
  }
}

/** Adds those of the file; without one the built-in ones, unless the data folder has users of this domain already. */
export async function addSubscribers(
  cloud: LocalCloud,
  listed: readonly Subscriber[] | undefined,
  domain: string,
): Promise<readonly Subscriber[]> {
  const { region, credentials, endpoints, outputs } = cloud;
  const table = outputs["SubscribersTable"] ?? "";
  const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const known = new Set<string>();
  if (listed === undefined) for await (const row of listSubscribers(db, table)) known.add(row.aor);
  const isNew = ![...known].some((address) => address.endsWith(`@${domain}`));
  const added = listed ?? (isNew ? builtInSubscribers : []);
  const accounts = added.map(({ user, password }) => ({ user, password, domain }));
  await putSubscribers(db, table, accounts);
  db.destroy();
  if (added.length > 0) return added;
  return builtInSubscribers.filter(({ user }) => known.has(aor(user, domain)));
}
