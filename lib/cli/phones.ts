// `phones` and `kick`: the registered phones, and the end of their connections.
import { registrationRecord } from "../aws/dynamodb/registration.ts";
import { scanTable } from "../aws/client/dynamodb-scan.ts";
import { tablesOn } from "../aws/client/dynamodb.ts";
import { livePhones, type Phone } from "../operations/phones.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printResult, printRows } from "./output.ts";

export async function listPhones(deployment: Deployment, user: string | undefined, output: Output): Promise<void> {
  const columns = [
    ["ADDRESS", ({ address }: Phone) => address],
    ["CONNECTION", ({ flow }: Phone) => flow],
    ["CONTACT", ({ contact }: Phone) => contact],
    ["REFRESHED", ({ registeredFor }: Phone) => `${registeredFor} s ago`],
    ["EXPIRES", ({ expiresIn }: Phone) => `in ${expiresIn} s`],
  ] as const;
  const none = user === undefined ? "No phone is registered." : `No phone of ${user} is registered.`;
  printRows(output, await phonesOf(deployment, user), columns, none);
}

export async function phonesOf(
  { db, tables, domains }: Deployment,
  user: string | undefined,
): Promise<readonly Phone[]> {
  const table = tables.registrations;
  const now = Math.floor(Date.now() / 1000);
  const rows = [];
  if (user === undefined) for await (const row of scanTable(db, table)) rows.push(row);
  else {
    const ids = [readAddress(user, domains).aor];
    rows.push(...((await tablesOn(db).readBatch([{ table, key: "aor", ids, isConsistent: true }])).get(table) ?? []));
  }
  return rows
    .map((row) => registrationRecord.decode(row))
    .flatMap((registration) => livePhones(registration, now))
    .toSorted((one, other) => one.address.localeCompare(other.address));
}

/** Closes the connections of a user, or one of them. The phone may reconnect, unless its user was removed. */
export async function kick(deployment: Deployment, target: string, output: Output): Promise<void> {
  const isFlow = /^[\w+/-]{8,}={1,2}$/.test(target);
  const flows = isFlow ? [target] : [...new Set((await phonesOf(deployment, target)).map(({ flow }) => flow))];
  if (flows.length === 0) throw new CommandError(`No phone of ${target} is registered. List them: phones`);
  const connections = await deployment.connections();
  await Promise.all(flows.map((flow) => connections.close(flow)));
  printResult(output, { closed: flows }, `Closed ${flows.join(", ")}`);
}
