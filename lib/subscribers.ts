// `sip-serverless/subscribers`: manages the accounts of a deployment from a backend of one's own, such as a sign-up
// Lambda. Loads nothing of the CDK.
import { type DynamoDBClient, leanDynamoDb, tablesOn } from "./aws/client/dynamodb.ts";
import {
  getSubscriber,
  listSubscribers,
  putPolicy,
  putSubscriber,
  removeSubscriber,
} from "./aws/dynamodb/subscriber.ts";
import type { RoutingPolicy } from "./sip/state/routing-policy.ts";
import type { Subscriber } from "./sip/state/subscriber.ts";
import type { WatchPolicy } from "./sip/state/watch-policy.ts";
import { type Aor, aorOf } from "./sip/syntax/aor.ts";
import { parseUri, unescape } from "./sip/syntax/uri.ts";
import { userNameProblem } from "./sip/syntax/user-name.ts";

export type { Forwarding, RoutingPolicy } from "./sip/state/routing-policy.ts";
export type { WatchPolicy } from "./sip/state/watch-policy.ts";

export interface SubscribersOptions {
  /** Name of the table: `sip.tables.byName.subscribers.tableName`, or the output `SubscribersTable`. */
  readonly table: string;
  /**
   * Client for DynamoDB.
   * @default - a client with the Region and credentials of the environment
   */
  readonly client?: DynamoDBClient;
}

/** An address, and the policy for calls to it and for its watchers. */
export interface SubscriberEntry {
  /** `sip:alice@example.com` */
  readonly address: string;
  /** False for an alias, a group, or a user who logs in with tokens only. */
  readonly hasPassword: boolean;
  readonly policy: RoutingPolicy & WatchPolicy;
}

/**
 * An address is a text such as `sip:alice@example.com`. Every method rejects with a TypeError for a malformed one, and with the
 * error of the AWS SDK if a call to DynamoDB fails.
 */
export interface Subscribers {
  /**
   * Adds a subscriber or changes the password of one, whose policy stays. The table stores only digest hashes. An empty password
   * is a TypeError.
   */
  put(address: string, password: string): Promise<void>;
  /** Undefined for an address that is neither a subscriber, an alias nor a group. */
  get(address: string): Promise<SubscriberEntry | undefined>;
  /** Every subscriber, in no order. Reads the whole table. */
  list(): AsyncIterable<SubscriberEntry>;
  /** Removes a subscriber. An open connection stays logged in until it ends, two hours at most. */
  remove(address: string): Promise<void>;
  /**
   * Replaces the forwarding, group or alias of an address, and the users that may watch it; `{}` removes them. An address without
   * a subscriber is added. The policy is stored unchecked; `sip-serverless users policy set` checks one against the other users.
   */
  setPolicy(address: string, policy: RoutingPolicy & WatchPolicy): Promise<void>;
}

/**
 * Opens the accounts of a deployment.
 *
 * @example
 * const subscribers = createSubscribers({ table: process.env.SUBSCRIBERS_TABLE });
 * await subscribers.put("sip:alice@example.com", password);
 */
export function createSubscribers({ table, client = leanDynamoDb() }: SubscribersOptions): Subscribers {
  const tables = tablesOn(client);
  return {
    put: async (address, password) => {
      const { user, domain } = partsOf(address);
      if (password === "") throw new TypeError("the password is empty");
      await putSubscriber(tables, table, { user, domain, password });
    },
    get: async (address) => {
      const row = await getSubscriber(tables, table, partsOf(address).aor);
      return row && entryOf(row);
    },
    list: async function* () {
      for await (const row of listSubscribers(client, table)) yield entryOf(row);
    },
    remove: async (address) => {
      const { user, domain } = partsOf(address);
      await removeSubscriber(tables, table, user, domain);
    },
    setPolicy: async (address, policy) => putPolicy(tables, table, partsOf(address).aor, policy),
  };
}

function partsOf(address: string): { readonly aor: Aor; readonly user: string; readonly domain: string } {
  const uri = parseUri(address);
  const aor = uri && aorOf(uri);
  if (aor === undefined || uri?.kind !== "sip" || uri.user === undefined) {
    throw new TypeError(`${JSON.stringify(address)} is not an address: write sip:user@domain`);
  }
  const user = unescape(uri.user);
  const problem = userNameProblem(user);
  if (problem !== undefined) throw new TypeError(`the user of ${JSON.stringify(address)} ${problem}`);
  return { aor, user, domain: uri.host };
}

/** Hashes stay inside: an HA1 is equivalent to the password. */
function entryOf({ aor, ha1, ha1b: _ha1b, ...policy }: Subscriber): SubscriberEntry {
  return { address: aor, hasPassword: Object.keys(ha1).length > 0, policy };
}
