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
export async function countFailure(db: Tables, table: string, failed: FailedLogin): Promise<"committed" | "conflict"> {
  if (failed.read !== undefined) return countIf(db, table, failed, failed.read);
  const first = await add(db, table, failed, "attribute_not_exists(#flow) OR #expiresAt > :at");
  if (first.kind === "stored" || (await beginAgain(db, table, failed)).kind === "stored") return "committed";
  await add(db, table, failed);
  return "committed";
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

/** Counts only if the count is still `read`. A repeated call whose answer got lost is a conflict, and is decided again. */
function countIf(db: Tables, table: string, failed: FailedLogin, read: number): Promise<"committed" | "conflict"> {
  return replaceIf(db, table, failed, read, read + 1);
}

/** The row stays, with the count 0: a failure that is added meanwhile makes this a conflict. */
export function forgive(
  db: Tables,
  table: string,
  forgiven: Extract<Change, { readonly kind: "forgiven logins" }>,
): Promise<"committed" | "conflict"> {
  return replaceIf(db, table, forgiven, forgiven.count, 0);
}

/** Replaces the count if it is still `read`; 0 stands for a row that is absent or expired, too. */
async function replaceIf(
  db: Tables,
  table: string,
  { key, at, forgetAt }: Pick<FailedLogin, "key" | "at" | "forgetAt">,
  read: number,
  count: number,
): Promise<"committed" | "conflict"> {
  const isNone = "attribute_not_exists(#flow) OR #count = :read OR #expiresAt <= :at";
  const { kind } = await db.putIf(
    table,
    { flow: counterRow(key), count, last: at, expiresAt: forgetAt },
    {
      condition: read === 0 ? isNone : "#count = :read AND #expiresAt > :at",
      names: { "#count": "count", "#expiresAt": "expiresAt", ...(read === 0 && { "#flow": schema.flows.key }) },
      values: { ":read": read, ":at": at },
    },
  );
  return kind === "stored" ? "committed" : "conflict";
}
