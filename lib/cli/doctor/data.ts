// Checks of the stored data and the log.
import { scanTable } from "../../aws/client/dynamodb-scan.ts";
import type { Deployment } from "../deployment.ts";
import { advice, fault, type Finding, nameOf, ok } from "./finding.ts";

export async function tables({ db, tables: { subscribers } }: Deployment): Promise<readonly Finding[]> {
  const check = "there are users";
  try {
    for await (const _row of scanTable(db, subscribers)) return [ok(check, "the table can be read")];
    return [advice(check, "the table is empty", "users add NAME; where all users have tokens this is right")];
  } catch (error) {
    return [fault(check, nameOf(error), "Sign in with a role that may read the table")];
  }
}

export async function logs(deployment: Deployment): Promise<readonly Finding[]> {
  const check = "the log of the last hour has no error";
  const lines = await deployment.log({ from: Date.now() - 3_600_000 });
  const errors = lines.filter(({ level }) => level === "ERROR");
  if (errors.length === 0) return [ok(check, `${lines.length} lines`)];
  return [
    fault(
      check,
      `${errors.length} errors, the last: ${errors.at(-1)?.message}`,
      "Saved query Errors; docs/runbook.md, Failures",
    ),
  ];
}
