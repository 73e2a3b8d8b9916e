// Subscribers: written by the operator's tools and read by the functions, which write the own settings of users.
import { algorithmNames, type DigestAlgorithm } from "../../sip/state/digest-algorithm.ts";
import { ha1 } from "../../sip/auth/digest.ts";
import { type Aor, aor } from "../../sip/syntax/aor.ts";
import {
  type Forwarding,
  forwardingNames,
  groupOrders,
  type Hours,
  type RoutingPolicy,
  routings,
} from "../../sip/state/routing-policy.ts";
import type { Ha1, Subscriber } from "../../sip/state/subscriber.ts";
import { type WatchPolicy, watcherPolicies } from "../../sip/state/watch-policy.ts";
import { type DynamoDBClient, type Row, type Tables, tablesOn } from "../client/dynamodb.ts";
import { putRows } from "../client/dynamodb-batch.ts";
import { scanTable } from "../client/dynamodb-scan.ts";
import {
  type Fields,
  optional,
  readBoolean,
  readMap,
  readNumber,
  readRecord,
  readString,
  readStrings,
  wordOf,
} from "../decode.ts";
import { toHttpCallee } from "./http-callee.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";

/** They seldom change, so a read may be a second old, which costs half. */
export const subscriberRecord: StoredRecord<"subscribers"> = {
  table: "subscribers",
  isConsistent: false,
  rowOf: (key) => key,
  owns: () => true,
  decode: toSubscriber,
};

export interface NewSubscriber {
  /** User part of the AOR and digest username, not escaped. */
  readonly user: string;
  readonly password: string;
  /** Domain of the AOR and digest realm. */
  readonly domain: string;
}

/** Adds a subscriber, or changes the password of one. The password itself is not stored (RFC 7616 §3.4.2). */
export async function putSubscriber(db: Tables, table: string, subscriber: NewSubscriber): Promise<void> {
  await update(db, table, aor(subscriber.user, subscriber.domain), secretsOf(subscriber));
}

/** Stores a subscriber whose address has no row; false if it has one. */
export async function addSubscriber(db: Tables, table: string, subscriber: NewSubscriber): Promise<boolean> {
  const changes = secretsOf(subscriber);
  return update(db, table, aor(subscriber.user, subscriber.domain), changes, "attribute_not_exists(#aor)");
}

/** Changes the password of an address that has a row; false if it has none. */
export async function changePassword(db: Tables, table: string, subscriber: NewSubscriber): Promise<boolean> {
  const changes = secretsOf(subscriber);
  return update(db, table, aor(subscriber.user, subscriber.domain), changes, "attribute_exists(#aor)");
}

/** Stores many subscribers whose addresses have no rows. */
export async function addSubscribers(
  client: DynamoDBClient,
  table: string,
  subscribers: readonly NewSubscriber[],
): Promise<void> {
  const rows = subscribers.map((one) => ({ aor: aor(one.user, one.domain), ...secretsOf(one) }));
  await putRows(client, table, rows);
}

/** Adds many subscribers, or changes their passwords. Rows that already hold the password are not written. */
export async function putSubscribers(
  client: DynamoDBClient,
  table: string,
  subscribers: readonly NewSubscriber[],
): Promise<void> {
  const known = new Map<Aor, Subscriber>();
  for await (const row of listSubscribers(client, table)) known.set(row.aor, row);
  const added: object[] = [];
  for (const subscriber of subscribers) {
    const secrets = secretsOf(subscriber);
    const address = aor(subscriber.user, subscriber.domain);
    const present = known.get(address);
    if (present === undefined) added.push({ aor: address, ...secrets });
    else if (!hasSecrets(present, secrets)) await update(tablesOn(client), table, address, secrets);
  }
  await putRows(client, table, added);
}

type Secrets = Required<Pick<Subscriber, "ha1" | "ha1b">>;

function secretsOf({ user, password, domain }: NewSubscriber): Secrets {
  return { ha1: ha1For(user, domain, password), ha1b: ha1For(`${user}@${domain.toLowerCase()}`, domain, password) };
}

function ha1For(username: string, realm: string, password: string): Ha1 {
  const hashes: Partial<Record<DigestAlgorithm, string>> = {};
  for (const algorithm of algorithmNames) hashes[algorithm] = ha1(algorithm, username, realm, password);
  return hashes;
}

function hasSecrets(present: Subscriber, secrets: Secrets): boolean {
  return algorithmNames.every(
    (name) => present.ha1[name] === secrets.ha1[name] && present.ha1b?.[name] === secrets.ha1b[name],
  );
}

/**
 * Replaces the policy of an address. For an address without a password (an alias, a group) it creates the row.
 */
export async function putPolicy(
  db: Tables,
  table: string,
  address: Aor,
  policy: RoutingPolicy & WatchPolicy,
): Promise<void> {
  const everything: Record<keyof (RoutingPolicy & WatchPolicy), unknown> = {
    aliasOf: policy.aliasOf,
    group: policy.group,
    groupOrder: policy.groupOrder,
    groupSeconds: policy.groupSeconds,
    groupWeights: policy.groupWeights,
    alsoRing: policy.alsoRing,
    maxDevices: policy.maxDevices,
    hours: policy.hours,
    routing: policy.routing,
    forwarding: policy.forwarding,
    ringSeconds: policy.ringSeconds,
    busyInCall: policy.busyInCall,
    doNotDisturb: policy.doNotDisturb,
    blocked: policy.blocked,
    watchers: policy.watchers,
    contacts: policy.contacts,
    http: policy.http,
  };
  await update(db, table, address, everything);
}

/** Writes only the attributes that the function's role may write: no secret, and nothing that is the operator's. */
export const putOwnSettings: Write<"own settings"> = async (db, table, { aor, set, removed, read, mayBeNew }) => {
  const isOfForwarding = set.forwarding !== undefined || removed.includes("forwarding");
  const unchanged = isOfForwarding ? forwardingIs(read) : NO_EXPRESSION;
  const conditions = [...(mayBeNew ? [] : ["attribute_exists(#aor)"]), ...unchanged.conditions];
  const given = Object.entries(set);
  const assigned = given.map(([name]) => `#${name} = :${name}`);
  const names = [...given.map(([name]) => name), ...removed, ...(mayBeNew ? [] : ["aor"])];
  const values = { ...unchanged.values, ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])) };
  const written = await db.updateIf(
    table,
    { aor },
    {
      ...(conditions.length > 0 && { condition: conditions.join(" AND ") }),
      update: [
        ...(assigned.length > 0 ? [`SET ${assigned.join(", ")}`] : []),
        ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(", ")}`] : []),
      ].join(" "),
      names: Object.fromEntries([...new Set([...names, ...unchanged.names])].map((name) => [`#${name}`, name])),
      ...(Object.keys(values).length > 0 && { values }),
    },
  );
  // A repeated request whose first response was lost is decided again, with the same result.
  return written.kind === "stored" ? "committed" : "conflict";
};

const NO_EXPRESSION = { conditions: [], names: [], values: {} };

/** Conditions, and the names and values in them. */
function forwardingIs(read: Forwarding | undefined) {
  if (read === undefined) {
    return { conditions: ["attribute_not_exists(#forwarding)"], names: ["forwarding"], values: {} };
  }
  const found = forwardingNames.map((name) => [name, read[name]] as const);
  return {
    conditions: found.map(([name, to]) =>
      to === undefined ? `attribute_not_exists(#forwarding.#${name})` : `#forwarding.#${name} = :is${name}`,
    ),
    names: ["forwarding", ...forwardingNames],
    values: Object.fromEntries(found.flatMap(([name, to]) => (to === undefined ? [] : [[`:is${name}`, to]]))),
  };
}

/**
 * Removes a subscriber: its next login fails; a present connection stays valid until it ends, after two hours at most.
 */
export async function removeSubscriber(db: Tables, table: string, user: string, domain: string): Promise<void> {
  await db.remove(table, { aor: aor(user, domain) });
}

/** The row of an address, or undefined. */
export async function getSubscriber(db: Tables, table: string, address: Aor): Promise<Subscriber | undefined> {
  const rows = await db.readBatch([{ table, key: "aor", ids: [address], isConsistent: true }]);
  return rows.get(table)?.map(toSubscriber)[0];
}

/** Every row, in arbitrary order. */
export async function* listSubscribers(client: DynamoDBClient, table: string): AsyncGenerator<Subscriber> {
  for await (const row of scanTable(client, table)) yield toSubscriber(row);
}

/**
 * Sets the attributes that have a value, removes those without, and leaves the rest of the row unchanged. False if the
 * condition, where there is one, does not hold.
 */
async function update(
  db: Tables,
  table: string,
  address: Aor,
  changes: Record<string, unknown>,
  condition?: "attribute_exists(#aor)" | "attribute_not_exists(#aor)",
): Promise<boolean> {
  const names = Object.keys(changes);
  const set = names.filter((name) => changes[name] !== undefined).map((name) => `#${name} = :${name}`);
  const gone = names.filter((name) => changes[name] === undefined).map((name) => `#${name}`);
  const first = names.includes("ha1") ? [] : ["#ha1 = if_not_exists(#ha1, :nobody)"];
  const values = Object.fromEntries(names.map((name) => [`:${name}`, changes[name]]));
  const key = condition === undefined ? [] : ["aor"];
  const written = await db.updateIf(
    table,
    { aor: address },
    {
      ...(condition !== undefined && { condition }),
      update: [`SET ${[...set, ...first].join(", ")}`, gone.length === 0 ? "" : ` REMOVE ${gone.join(", ")}`].join(""),
      names: Object.fromEntries([...new Set([...names, ...key, "ha1"])].map((name) => [`#${name}`, name])),
      values: first.length === 0 ? values : { ...values, ":nobody": {} },
    },
  );
  return written.kind === "stored" || written.isRepeated;
}

export function toSubscriber(attributes: Row): Subscriber {
  const row = fieldsOfRow(schema.subscribers, attributes);
  return {
    aor: readString(row, "aor"),
    ha1: row.attributes["ha1"] === undefined ? {} : readHa1(row, "ha1"), // a user of tokens that made settings of its own
    ...optional(row, "ha1b", readHa1),
    ...optional(row, "aliasOf", readString),
    ...optional(row, "group", readStrings),
    ...optional(row, "groupOrder", wordOf(groupOrders)),
    ...optional(row, "groupSeconds", readNumber),
    ...optional(row, "groupWeights", (fields, name) => readRecord(fields, name, readNumber)),
    ...optional(row, "alsoRing", readStrings),
    ...optional(row, "maxDevices", readNumber),
    ...optional(row, "hours", toHours),
    ...optional(row, "routing", wordOf(routings)),
    ...optional(row, "forwarding", toForwarding),
    ...optional(row, "ringSeconds", readNumber),
    ...optional(row, "busyInCall", readBoolean),
    ...optional(row, "doNotDisturb", readBoolean),
    ...optional(row, "blocked", readStrings),
    ...optional(row, "watchers", wordOf(watcherPolicies)),
    ...optional(row, "contacts", readStrings),
    ...optional(row, "http", toHttpCallee),
  };
}

function readHa1(row: Fields, name: string): Ha1 {
  const stored = readMap(row, name);
  const hashes: Partial<Record<DigestAlgorithm, string>> = {};
  for (const algorithm of algorithmNames) {
    if (stored.attributes[algorithm] !== undefined) hashes[algorithm] = readString(stored, algorithm);
  }
  return hashes;
}

function toForwarding(row: Fields, name: string): Forwarding {
  const forwarding = readMap(row, name);
  return {
    ...optional(forwarding, "always", readString),
    ...optional(forwarding, "busy", readString),
    ...optional(forwarding, "noAnswer", readString),
    ...optional(forwarding, "unreachable", readString),
    ...optional(forwarding, "closed", readString),
  };
}

function toHours(row: Fields, name: string): Hours {
  const hours = readMap(row, name);
  return { zone: readString(hours, "zone"), open: readStrings(hours, "open") };
}
