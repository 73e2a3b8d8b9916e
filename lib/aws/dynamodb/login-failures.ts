// Counts of failed logins, in the Flows table: they are read beside a flow.
import type { Change } from "../../sip/state/change.ts";
import type { LoginFailures } from "../../sip/state/login-failures.ts";
import type { Row, Tables, Written } from "../client/dynamodb.ts";
import { readNumber, readString } from "../decode.ts";
import { type Committed, type StoredRecord, withPrefix } from "./record.ts";
import { fieldsOfRow } from "./row.ts";
import { schema } from "./schema.ts";

const PREFIX = "login:";

type FailedLogin = Extract<Change, { readonly kind: "failed login" }>;

export const loginFailuresRecord: StoredRecord<"loginFailures"> = {
  table: "flows",
  isConsistent: true,
  ...withPrefix(PREFIX),
  decode: toLoginFailures,
};

function toLoginFailures(attributes: Row): LoginFailures {
  const row = fieldsOfRow(schema.flows, attributes);
  return {
    key: readString(row, "flow").slice(PREFIX.length),
    count: readNumber(row, "count"),
    last: readNumber(row, "last"),
    expiresAt: readNumber(row, "expiresAt"),
  };
}

/**
 * DynamoDB adds, so that failures at the same moment are all counted. A repeated request whose first response was lost counts
 * twice: too much rather than too little. A count past its expiry begins again at 1.
 */
export async function countFailure(db: Tables, table: string, failed: FailedLogin): Promise<Committed> {
  const first = await add(db, table, failed, "attribute_not_exists(#flow) OR #expiresAt > :at");
  if (first.kind === "stored" || (await beginAgain(db, table, failed)).kind === "stored") return "committed";
  await add(db, table, failed);
  return "committed";
}

function add(db: Tables, table: string, { key, at, forgetAt }: FailedLogin, condition?: string): Promise<Written> {
  return db.updateIf(
    table,
    { flow: loginFailuresRecord.rowOf(key) },
    {
      update: "ADD #count :one SET #last = :at, #expiresAt = if_not_exists(#expiresAt, :forgetAt)",
      ...(condition !== undefined && { condition }),
      names: {
        "#count": "count",
        "#last": "last",
        "#expiresAt": "expiresAt",
        ...(condition !== undefined && { "#flow": schema.flows.key }),
      },
      values: { ":one": 1, ":at": at, ":forgetAt": forgetAt },
    },
  );
}

function beginAgain(db: Tables, table: string, { key, at, forgetAt }: FailedLogin): Promise<Written> {
  return db.putIf(
    table,
    { flow: loginFailuresRecord.rowOf(key), count: 1, last: at, expiresAt: forgetAt },
    {
      condition: "attribute_not_exists(#flow) OR #expiresAt <= :at",
      names: { "#flow": schema.flows.key, "#expiresAt": "expiresAt" },
      values: { ":at": at },
    },
  );
}
