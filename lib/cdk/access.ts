// Who may do what: exactly the calls each Lambda's code makes, never a wildcard. The local cloud enforces the policies
// that come of it, so a call that is missing here fails on a developer's machine and not in production.
import type { TableName } from "../aws/dynamodb/schema.ts";

export type TableAction = "BatchGetItem" | "PutItem" | "UpdateItem" | "DeleteItem";

export interface Access {
  readonly tables: Readonly<Partial<Record<TableName, readonly TableAction[]>>>;
  /** Sets timers. */
  readonly setsTimers: boolean;
  /** Signs and checks flow tokens and nonces. */
  readonly signs: boolean;
  /** Sends messages to connections (POST), closes those a phone has left, or abuses, or does not log in on (DELETE). */
  readonly connections: readonly ("POST" | "DELETE")[];
}

const read = ["BatchGetItem"] as const;
const readWrite = ["BatchGetItem", "PutItem"] as const;

export const access = {
  /** Only where the door asks for no tokens: there it sets the time to log in. */
  connect: {
    tables: {},
    setsTimers: true,
    signs: false,
    connections: [],
  },
  authorize: {
    tables: { flows: ["PutItem"] }, // where tickets are torn
    setsTimers: false,
    signs: true,
    connections: [],
  },
  default: {
    tables: {
      subscribers: read,
      registrations: readWrite,
      flows: [...readWrite, "UpdateItem", "DeleteItem"], // counts failed logins, remembers answers, forgets what is gone
      transactions: readWrite,
    },
    setsTimers: true,
    signs: true,
    connections: ["POST", "DELETE"],
  },
  disconnect: {
    tables: { registrations: readWrite, flows: ["BatchGetItem", "DeleteItem"] },
    setsTimers: false,
    signs: false,
    connections: [],
  },
  timers: {
    tables: {
      subscribers: read,
      registrations: readWrite,
      flows: [...read, "DeleteItem"],
      transactions: readWrite,
    },
    setsTimers: true,
    signs: true,
    connections: ["POST", "DELETE"],
  },
} as const satisfies Record<string, Access>;
