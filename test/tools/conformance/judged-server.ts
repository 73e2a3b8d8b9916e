// The servers under test, with as many subscribers as checks are to run at a time: the local cloud, and the server in
// one process.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy, putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import type { LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import { aCloud } from "../../parts/local/cloud.ts";
import { type MemoryServer, startMemoryServer } from "../../support/server.ts";
import { ladderOf, wireOf } from "./report/ladder.ts";
import { describe } from "./report/tap.ts";
import type { Features } from "./lab/features.ts";
import type { Account } from "./lab/phone.ts";
import type { Result, RunOptions } from "./run.ts";

const DOMAIN = "example.com";

export type Judged = Pick<RunOptions, "target" | "accounts"> & { readonly features: Features };

const redirect: Account = { user: "redirected", password: "secret" };

/** A server that has just begun has nothing to clear away, and its features are known. */
const features: Features = {
  outbound: true,
  gruu: true,
  serviceRoute: `<sip:${DOMAIN};transport=ws;lr>`,
  digest: true,
  presence: true,
  reg: true,
  winfo: true,
  lists: true,
  dialog: true,
  messageSummary: true,
};

function judged(url: string, accounts: readonly Account[]): Judged {
  const target = { url, domain: DOMAIN, headers: {}, isInsecure: false, timeoutMs: 15_000, redirect };
  return { target, accounts, features };
}

function accountsOf(users: number): readonly Account[] {
  return Array.from({ length: users }, (_, n) => ({ user: `user${n + 1}`, password: `secret ${n + 1}` }));
}

export async function aJudgedCloud(users: number, options: Partial<LocalCloudOptions> = {}): Promise<Judged> {
  const { region, credentials, endpoints, outputs, ws } = await aCloud(options);
  const table = outputs["SubscribersTable"] ?? "";
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const accounts = accountsOf(users);
  await Promise.all([...accounts, redirect].map((account) => putSubscriber(db, table, { ...account, domain: DOMAIN })));
  await putPolicy(db, table, `sip:${redirect.user}@${DOMAIN}`, { routing: "redirect" });
  return judged(ws, accounts);
}

/** The same protocol on memory, without Lambda, DynamoDB and SQS: a tenth of the work for a check. */
export async function aJudgedServer(users: number): Promise<Judged & { readonly server: MemoryServer }> {
  const server = await startMemoryServer({ domains: [DOMAIN] });
  const accounts = accountsOf(users);
  for (const { user, password } of [...accounts, redirect]) {
    const secrets = { MD5: ha1("MD5", user, DOMAIN, password), "SHA-256": ha1("SHA-256", user, DOMAIN, password) };
    const routing = user === redirect.user && { routing: "redirect" as const };
    server.state.addSubscriber({ aor: `sip:${user}@${DOMAIN}`, ha1: secrets, ...routing });
  }
  return { ...judged(server.url, accounts), server };
}

/** The output of failed checks. */
export function storyOf(results: readonly Result[]): string {
  return results
    .map(({ check, outcome, events }) => {
      const message = "message" in outcome ? outcome.message : "";
      return [describe(check), message, ...ladderOf(events), "", ...wireOf(events)].join("\n");
    })
    .join("\n\n");
}
