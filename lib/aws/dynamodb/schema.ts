// The four tables. Everything that must change together lives in one item, so one conditional write is atomic and no
// transaction is needed (DynamoDB bills those double).

/** What the construct creates and the stores read: one description, so that no name is spelled twice. */
export interface TableSchema {
  /** Name of the construct and word for the table in outputs. */
  readonly id: string;
  /** Partition key, a string; there are no sort keys. */
  readonly key: string;
  /** Environment variable that tells a Lambda the table's name. */
  readonly variable: string;
  /** Attribute in epoch seconds that DynamoDB's garbage collection looks at; readers compare it themselves. */
  readonly ttl?: string;
  /** Outlives the stack and can be restored to a point in time. */
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
} as const satisfies Record<string, TableSchema>;

export type TableName = keyof typeof schema;
