// Carries checks out: several at a time as long as they share no account, each with a lab and a time limit of its own.
import { type Check, Failed, type Need, Skipped } from "./check.ts";
import { type Features, noFeatures, probeFeatures } from "./lab/features.ts";
import { createLab, type Lab, type Target } from "./lab/lab.ts";
import { createPace } from "./lab/pace.ts";
import type { Account } from "./lab/phone.ts";
import type { TraceEvent } from "./lab/trace.ts";

export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed" | "skipped"; readonly message: string }
  /** The suite itself went wrong. */
  | { readonly kind: "broken"; readonly message: string };

export interface Result {
  readonly check: Check;
  readonly outcome: Outcome;
  /** Users it had, as alice, bob and carol. */
  readonly accounts: readonly string[];
  readonly events: readonly TraceEvent[];
  readonly milliseconds: number;
  /** Why a failure is accepted. */
  readonly waived?: string;
}

export interface RunOptions {
  readonly target: Omit<Target, "pace">;
  /** How long to watch before saying that nothing came; measured all the time if absent. */
  readonly quietMs?: number;
  readonly accounts: readonly Account[];
  readonly checks: readonly Check[];
  /** Carries out checks that wait for minutes, too. */
  readonly isSlow?: boolean;
  /** How many checks at a time, at most. */
  readonly parallel?: number;
  /** Check id to the reason its failure is accepted. */
  readonly waived?: Readonly<Record<string, string>>;
  /** Known already; then nothing is looked at or cleared away before the first check. */
  readonly features?: Features;
  /** Gives each account to one check only, and leaves its bindings behind: there have to be accounts for all checks. */
  readonly accountsOnce?: boolean;
  /** Where a check finds its server, if not at the target's own URL. */
  readonly urlOf?: (check: Check) => string;
  /** Gets each result in the order of the checks. */
  readonly onResult?: (result: Result) => void;
}

/** The server cannot be reached, or no account can register: there is nothing to judge. */
export class NoServerError extends Error {}

export async function runChecks(options: RunOptions): Promise<readonly Result[]> {
  const { checks, accounts, isSlow = false, parallel = PARALLEL, waived = {}, onResult } = options;
  const { accountsOnce = false, urlOf = () => options.target.url } = options;
  const target: Target = { ...options.target, pace: createPace(options.quietMs) };
  const features = options.features ?? (await prepare(target, accounts, parallel));

  const results: Result[] = [];
  let told = 0;
  const carryOut = async (check: Check, index: number, leased: readonly Account[]): Promise<void> => {
    const missing = missingNeed(check, features, target, isSlow) ?? tooFewAccounts(check, accounts);
    const result =
      missing === undefined
        ? await runCheck(
            check,
            createLab({ target: { ...target, url: urlOf(check) }, features, accounts: leased, isLast: accountsOnce }),
            leased,
          )
        : skipped(check, missing);
    const reason = waived[check.id];
    results[index] = reason === undefined ? result : { ...result, waived: reason };
    for (let next = results[told]; next !== undefined; next = results[told]) {
      onResult?.(next);
      told += 1;
    }
  };
  await lease(checks, accounts, { parallel, accountsOnce }, carryOut);
  return results;
}

const PARALLEL = 4;

async function inGroups<T>(all: readonly T[], size: number, work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += size) await Promise.all(all.slice(at, at + size).map(work));
}

/** Removes the leftovers of earlier runs, and finds the available users and options. */
async function prepare(target: Target, accounts: readonly Account[], parallel: number): Promise<Features> {
  const withLab = async <T>(labAccounts: readonly Account[], look: (lab: Lab) => Promise<T>): Promise<T> => {
    const lab = createLab({ target, features: noFeatures, accounts: labAccounts });
    try {
      return await look(lab);
    } catch (error) {
      if (error instanceof Failed) throw new NoServerError(error.message);
      throw error;
    } finally {
      await tidy(lab);
    }
  };
  await inGroups(accounts, parallel, (account) =>
    withLab([account], async (lab) => void (await lab.online("alice", { name: account.user }))),
  );
  return withLab(accounts.slice(0, 1), probeFeatures);
}

/** Why a check cannot be carried out on this server; undefined if it can. */
function missingNeed(check: Check, features: Features, target: Target, isSlow: boolean): string | undefined {
  const lacking: Readonly<Record<Need, string | false>> = {
    outbound: !features.outbound && "the registrar does not offer outbound (RFC 5626)",
    gruu: !features.gruu && "the registrar gives no GRUU (RFC 5627)",
    "service-route": features.serviceRoute === undefined && "the registrar gives no Service-Route (RFC 3608)",
    digest: !features.digest && "the registrar does not challenge with digest",
    presence: !features.presence && "the server is no notifier of presence (RFC 3856)",
    reg: !features.reg && "the server is no notifier of registrations (RFC 3680)",
    winfo: !features.winfo && "the server does not list the watchers of presence (RFC 3857)",
    lists: !features.lists && "the server takes no lists in a SUBSCRIBE (RFC 5367)",
    dialog: !features.dialog && "the server is no notifier of calls (RFC 4235)",
    "message-summary": !features.messageSummary && "the server is no notifier of waiting messages (RFC 3842)",
    push: !features.push && "the registrar names no push service (RFC 8599)",
    redirect: target.redirect === undefined && "no --redirect user was named",
    group: target.group === undefined && "no --group was named",
    forwarding: target.forwarding === undefined && "no --forwarding was named",
    slow: !isSlow && `takes ${check.seconds ?? 60} seconds; give --slow`,
  };
  return (check.needs ?? []).map((need) => lacking[need]).find((reason) => reason !== false);
}

function tooFewAccounts({ users = 2 }: Check, accounts: readonly Account[]): string | undefined {
  return users > accounts.length ? `needs ${users} --user, ${accounts.length} given` : undefined;
}

function skipped(check: Check, message: string): Result {
  return { check, outcome: { kind: "skipped", message }, accounts: [], events: [], milliseconds: 0 };
}

/** A good server needs a fraction of this. */
const LIMIT_IN_TIMEOUTS = 8;

async function runCheck(check: Check, lab: Lab, leased: readonly Account[]): Promise<Result> {
  const began = performance.now();
  const limit = lab.target.timeoutMs * LIMIT_IN_TIMEOUTS + (check.seconds ?? 0) * 1000;
  const outcome = await outcomeOf(check, lab, limit);
  const milliseconds = performance.now() - began;
  const events = [...lab.trace.events];
  await tidy(lab);
  return { check, outcome, accounts: leased.map(({ user }) => user), events, milliseconds };
}

/** A server that does not answer any more leaves bindings behind: the check that met it has said so. */
async function tidy(lab: Lab): Promise<void> {
  try {
    await lab.close();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
  }
}

async function outcomeOf(check: Check, lab: Lab, limitMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Failed(`took longer than ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([check.run(lab), limit]);
    return { kind: "passed" };
  } catch (error) {
    if (error instanceof Failed) return { kind: "failed", message: error.message };
    if (error instanceof Skipped) return { kind: "skipped", message: error.message };
    return { kind: "broken", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Gives each check accounts that no other check has meanwhile. */
async function lease(
  checks: readonly Check[],
  accounts: readonly Account[],
  { parallel, accountsOnce }: { readonly parallel: number; readonly accountsOnce: boolean },
  carryOut: (check: Check, index: number, leased: readonly Account[]) => Promise<void>,
): Promise<void> {
  const free = [...accounts];
  const waiting = checks
    .map((check, index) => ({ check, index, users: Math.min(check.users ?? 2, accounts.length) }))
    .toSorted((a, b) => (b.check.seconds ?? 0) - (a.check.seconds ?? 0)); // others are made while the longest waits
  const running = new Set<Promise<void>>();
  const named = new Set<Need>(); // those of further accounts that a running check has: there is only one of each
  while (waiting.length > 0 || running.size > 0) {
    const fits = ({ check, users }: (typeof waiting)[number]): boolean =>
      users <= free.length && !furtherAccounts(check).some((need) => named.has(need));
    const next = running.size < parallel ? waiting.findIndex(fits) : -1;
    const [job] = next < 0 ? [] : waiting.splice(next, 1);
    if (job === undefined) {
      if (running.size === 0) throw new Error(`${accounts.length} accounts are too few to give each to one check only`);
      await Promise.race(running);
      continue;
    }
    const leased = free.splice(0, job.users);
    for (const need of furtherAccounts(job.check)) named.add(need);
    const work = carryOut(job.check, job.index, leased).finally(() => {
      if (!accountsOnce) {
        free.push(...leased);
        free.sort((a, b) => accounts.indexOf(a) - accounts.indexOf(b));
      }
      for (const need of furtherAccounts(job.check)) named.delete(need);
      running.delete(work);
    });
    running.add(work);
  }
}

/** The number of accounts for `accountsOnce`. */
export function usersOf(checks: readonly Check[]): number {
  return checks.reduce((sum, { users = 2 }) => sum + users, 0);
}

function furtherAccounts({ needs = [] }: Check): readonly Need[] {
  return needs.filter((need) => need === "redirect" || need === "group" || need === "forwarding");
}
