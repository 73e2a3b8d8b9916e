// Counts of failed logins, in the table of the flows (`flow-rows.ts`).
import type { Change } from "../../sip/state/change.ts";
import type { LoginFailures } from "../../sip/state/login-failures.ts";
import type { Tables, Written } from "../client/dynamodb.ts";
import { readNumber, toRow } from "./decode.ts";
import { counterIn, counterRow } from "./flow-rows.ts";
import { schema } from "./schema.ts";

type FailedLogin = Extract<Change, { readonly kind: "failed login" }>;
type Attributes = Readonly<Record<string, unknown>>;

/** The counts among rows of the table. */
export function failuresAmong(rows: readonly Attributes[]): readonly LoginFailures[] {
  return rows.flatMap((attributes) => {
    const key = counterIn(attributes["flow"]);
    if (key === undefined) return [];
    const row = toRow(schema.flows, attributes);
    const [count, last, expiresAt] = [readNumber(row, "count"), readNumber(row, "last"), readNumber(row, "expiresAt")];
    return [{ key, count, last, expiresAt }];
  });
}

/**
 * DynamoDB adds, so that of failures at the same moment none is lost. A request that the client repeats because its answer
 * got lost is counted twice: too much rather than too little. A count past its expiry begins again, with whoever is first.
 */
export async function countFailure(db: Tables, table: string, failed: FailedLogin): Promise<void> {
  const first = await add(db, table, failed, "attribute_not_exists(#flow) OR #expiresAt > :at");
  if (first.kind === "stored") return;
  if ((await beginAgain(db, table, failed)).kind === "stored") return;
  await add(db, table, failed);
}

function add(db: Tables, table: string, { key, at, forgetAt }: FailedLogin, condition?: string): Promise<Written> {
  return db.updateIf(
    table,
    { flow: counterRow(key) },
    {
      update: "ADD #count :one SET #last = :at, #expiresAt = :forgetAt",
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
    { flow: counterRow(key), count: 1, last: at, expiresAt: forgetAt },
    {
      condition: "attribute_not_exists(#flow) OR #expiresAt <= :at",
      names: { "#flow": schema.flows.key, "#expiresAt": "expiresAt" },
      values: { ":at": at },
    },
  );
}

/** The row stays, as the count of none: a failure that is added meanwhile makes this a conflict. */
export async function forgive(
  db: Tables,
  table: string,
  { key, count }: Extract<Change, { readonly kind: "forgiven logins" }>,
): Promise<"committed" | "conflict"> {
  const { kind } = await db.updateIf(
    table,
    { flow: counterRow(key) },
    {
      update: "SET #count = :none",
      condition: "#count = :read",
      names: { "#count": "count" },
      values: { ":none": 0, ":read": count },
    },
  );
  return kind === "stored" ? "committed" : "conflict";
}
