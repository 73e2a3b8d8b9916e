// `users`: the accounts of a deployment.
import { readFileSync } from "node:fs";
import {
  addSubscriber,
  addSubscribers,
  changePassword,
  getSubscriber,
  listSubscribers,
  removeSubscriber,
} from "../aws/dynamodb/subscriber.ts";
import { tablesOn } from "../aws/client/dynamodb.ts";
import { parseSubscribers } from "../local/command/subscribers-file.ts";
import type { Subscriber } from "../sip/state/subscriber.ts";
import { userNameProblem } from "../sip/syntax/user-name.ts";
import { type Address, readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printResult, printRows } from "./output.ts";
import { describePolicy } from "./describe-policy.ts";
import { policyOf } from "./policy.ts";
import { confirm } from "./prompt.ts";

export async function listUsers({ db, tables }: Deployment, output: Output): Promise<void> {
  const rows = [];
  for await (const subscriber of listSubscribers(db, tables.subscribers)) rows.push(shownUser(subscriber));
  const sorted = rows.toSorted((one, other) => one.address.localeCompare(other.address));
  const columns = [
    ["ADDRESS", (row: ShownUser) => row.address],
    ["PASSWORD", (row: ShownUser) => (row.hasPassword ? "yes" : "no")],
    ["POLICY", (row: ShownUser) => describePolicy(row.policy)],
  ] as const;
  printRows(output, sorted, columns, "There are no users. Add one: users add NAME");
}

type ShownUser = ReturnType<typeof shownUser>;

/** Leaves out the hashes: a hash serves as the password does. */
function shownUser(subscriber: Subscriber) {
  const hasPassword = Object.keys(subscriber.ha1).length > 0;
  return { address: subscriber.aor, hasPassword, policy: policyOf(subscriber) };
}

export async function showUser(deployment: Deployment, text: string, output: Output): Promise<void> {
  const shown = shownUser(await knownUser(deployment, readAddress(text, deployment.domains)));
  const password = shown.hasPassword ? "has a password" : "has no password: an alias, a group, or a user of tokens";
  printResult(output, shown, `${shown.address} ${password}. Calls: ${describePolicy(shown.policy)}.`);
}

/** The stored user, or an error that says how to add it. */
async function knownUser({ db, tables }: Deployment, { aor, user }: Address): Promise<Subscriber> {
  const found = await getSubscriber(tablesOn(db), tables.subscribers, aor);
  if (found === undefined)
    throw new CommandError(`There is no user ${aor}. List them: users list. Add it: users add ${user}`);
  return found;
}

export async function addUser(
  { db, tables, domains }: Deployment,
  text: string,
  password: (user: string) => Promise<string>,
  output: Output,
): Promise<void> {
  const { user, domain, aor } = readAddress(text, domains);
  const taken = new CommandError(`${aor} exists already. To change its password: users passwd ${user}`);
  if ((await getSubscriber(tablesOn(db), tables.subscribers, aor)) !== undefined) throw taken;
  const account = { user, domain, password: await password(user) };
  if (!(await addSubscriber(tablesOn(db), tables.subscribers, account))) throw taken;
  printResult(output, { added: aor }, `Added ${aor}`);
}

export async function setPassword(
  deployment: Deployment,
  text: string,
  password: (user: string) => Promise<string>,
  output: Output,
): Promise<void> {
  const address = readAddress(text, deployment.domains);
  await knownUser(deployment, address);
  const account = { ...address, password: await password(address.user) };
  await changePassword(tablesOn(deployment.db), deployment.tables.subscribers, account);
  const note = "Connections that are open stay signed in; end them: kick";
  printResult(output, { changed: address.aor }, `Changed the password of ${address.aor}. ${note} ${address.user}`);
}

export async function removeUser(
  deployment: Deployment,
  text: string,
  isAgreed: boolean,
  output: Output,
): Promise<void> {
  const { user, domain, aor } = readAddress(text, deployment.domains);
  await knownUser(deployment, { user, domain, aor });
  await confirm(`Remove ${aor} with its password and policy?`, isAgreed);
  await removeSubscriber(tablesOn(deployment.db), deployment.tables.subscribers, user, domain);
  printResult(
    output,
    { removed: aor },
    `Removed ${aor}. Its open connections stay for two hours at most; end them: kick ${user}`,
  );
}

/** Users that are written in one step, between two reports of progress. */
const CHUNK = 100;

/** All users of the file are checked first: either each of them is new, or none is added. */
export async function importUsers(
  { db, tables, domains }: Deployment,
  file: string,
  progress: (text: string) => void,
  output: Output,
): Promise<void> {
  const parsed = parseSubscribers(readText(file), file, userNameProblem);
  if (!parsed.ok) throw new CommandError(parsed.problem, 2);
  const known = new Set<string>();
  for await (const { aor } of listSubscribers(db, tables.subscribers)) known.add(aor);
  const accounts = parsed.subscribers.map(({ user: text, password }) => {
    const { user, domain, aor } = readAddress(text, domains);
    return { user, domain, aor, password };
  });
  const taken = accounts.filter(({ aor }) => known.has(aor)).map(({ user }) => user);
  if (taken.length > 0) {
    const names = `${taken.slice(0, 5).join(", ")}${taken.length > 5 ? ` and ${taken.length - 5} more` : ""}`;
    throw new CommandError(
      `Nothing was imported: ${names} exist already. Take them out of ${file}, or remove them first.`,
    );
  }
  for (let done = 0; done < accounts.length; done += CHUNK) {
    await addSubscribers(db, tables.subscribers, accounts.slice(done, done + CHUNK));
    progress(`${Math.min(done + CHUNK, accounts.length)} of ${accounts.length} users`);
  }
  progress("");
  printResult(output, { added: accounts.map(({ aor }) => aor) }, `Added ${accounts.length} users`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${String(error)}`, 2);
  }
}
