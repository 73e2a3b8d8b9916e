// The tables of the protocol. Everything that must change together lives in one item, so one conditional write is atomic and no
// transaction is needed (DynamoDB bills those double).

/** The tables that the construct creates and the stores read, described once, so that each name is written in one place. */
export interface TableSchema {
  /** Name of the construct, and the table's name in outputs. */
  readonly id: string;
  /** Partition key, a string. */
  readonly key: string;
  /** Sort key, a string, where a partition has several rows. */
  readonly sortKey?: string;
  /** A global secondary index that holds only the keys of the rows with this attribute, a string. */
  readonly index?: { readonly name: string; readonly key: string };
  /** Environment variable with the table's name, for a Lambda. */
  readonly variable: string;
  /** Attribute in epoch seconds by which DynamoDB deletes expired rows, with a delay; readers compare it themselves. */
  readonly ttl?: string;
  /** Kept when the stack is deleted, and restorable to a point in time. */
  readonly durable: boolean;
}

export const schema = {
  subscribers: { id: "Subscribers", key: "aor", variable: "SUBSCRIBERS_TABLE", durable: true },
  registrations: {
    id: "Registrations",
    key: "aor",
    variable: "REGISTRATIONS_TABLE",
    ttl: "expiresAt",
    durable: false,
  },
  flows: { id: "Flows", key: "flow", variable: "FLOWS_TABLE", ttl: "expiresAt", durable: false },
  transactions: { id: "Transactions", key: "id", variable: "TRANSACTIONS_TABLE", ttl: "expiresAt", durable: false },
  messages: {
    id: "Messages",
    key: "aor",
    sortKey: "id",
    variable: "MESSAGES_TABLE",
    ttl: "expiresAt",
    durable: false,
  },
  events: {
    id: "Events",
    key: "resource",
    sortKey: "id",
    index: { name: "by-watcher", key: "watcherAor" },
    variable: "EVENTS_TABLE",
    ttl: "expiresAt",
    durable: false,
  },
} as const satisfies Record<string, TableSchema>;

export type TableName = keyof typeof schema;

/** In the order of the outputs. */
export const tableNames = Object.keys(schema).filter((name): name is TableName => name in schema);
