// The grants of the functions that carry signaling (`record`, `widget`, `rotate`: `call-records.ts`, `widget.ts`,
// `signing-secret.ts`): exactly the calls that their code makes, never a wildcard. The local cloud enforces the resulting
// policies, so a call that is missing here fails on a developer's machine and not in production.
import { schema, type TableName } from "../aws/dynamodb/schema.ts";
import { ownSettingNames } from "../sip/state/own-settings.ts";

export type TableAction = "BatchGetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem";

export interface Access {
  readonly tables: Readonly<Partial<Record<TableName, readonly TableAction[]>>>;
  /** Tables whose index it queries. */
  readonly indexes?: readonly TableName[];
  /** Changes these attributes of subscribers, and no others: passwords and the operator's part of a policy stay. */
  readonly ownSettings?: readonly string[];
  /** Sets timers. */
  readonly setsTimers: boolean;
  /** Signs and checks flow tokens and nonces. */
  readonly signs: boolean;
  /** Sends messages to connections (POST), closes stale and abusive ones and those without a login (DELETE). */
  readonly connections: readonly ("POST" | "DELETE")[];
}

const read = ["BatchGetItem"] as const;
const readWrite = ["BatchGetItem", "PutItem"] as const;

export const access = {
  /** Only where the handshake needs no token: it sets the deadline of the login. */
  connect: {
    tables: {},
    setsTimers: true,
    signs: false,
    connections: [],
  },
  authorize: {
    tables: { flows: ["PutItem"] }, // redeems tickets
    setsTimers: false,
    signs: true,
    connections: [],
  },
  default: {
    tables: {
      subscribers: read,
      registrations: readWrite,
      flows: [...readWrite, "UpdateItem"], // counts failed logins, stores the last digest, marks closed flows
      transactions: [...readWrite, "UpdateItem"], // the progress of one branch
      messages: ["Query", "PutItem", "DeleteItem"],
      events: [...readWrite, "Query", "UpdateItem", "DeleteItem"], // subscriptions, and the states they report
    },
    indexes: ["events"], // counts the subscriptions of a watcher
    ownSettings: [schema.subscribers.key, ...ownSettingNames],
    setsTimers: true,
    signs: true,
    connections: ["POST", "DELETE"],
  },
  disconnect: {
    tables: { registrations: readWrite, flows: ["BatchGetItem", "UpdateItem"] },
    setsTimers: true, // of the calls on the connection
    signs: false,
    connections: [],
  },
  timers: {
    tables: {
      subscribers: read,
      registrations: readWrite,
      flows: [...read, "UpdateItem"],
      transactions: [...readWrite, "UpdateItem"], // the progress of one branch
      messages: ["Query", "PutItem", "DeleteItem"],
      events: [...readWrite, "Query", "UpdateItem", "DeleteItem"], // subscriptions, and the states they report
    },
    setsTimers: true,
    signs: true,
    connections: ["POST", "DELETE"],
  },
} as const satisfies Record<string, Access>;
