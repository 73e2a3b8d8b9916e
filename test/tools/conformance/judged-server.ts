// The servers under test, with as many subscribers as checks are to run at a time: the local cloud, and the server in
// one process.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy, putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import type { LocalCloud, LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import { aCloud } from "../../parts/local/cloud.ts";
import { type MemoryServer, type MemoryServerOptions, startMemoryServer } from "../../support/server.ts";
import { ladderOf, wireOf } from "./report/ladder.ts";
import { describe } from "./report/tap.ts";
import type { Features } from "./lab/features.ts";
import type { Account } from "./lab/phone.ts";
import type { Result, RunOptions } from "./run.ts";

const DOMAIN = "example.com";

export type Judged = Pick<RunOptions, "target" | "accounts"> & { readonly features: Features };

const redirect: Account = { user: "redirected", password: "secret" };
const forwarding = { user: "office", to: { user: "assistant", password: "secret" } } as const;
const group = {
  user: "team",
  members: [
    { user: "member1", password: "secret" },
    { user: "member2", password: "secret" },
  ],
} as const;

const further: readonly Account[] = [redirect, forwarding.to, ...group.members];

const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;

/** A turn is longer than any check of the group. */
const policies: Readonly<Record<string, RoutingPolicy>> = {
  [redirect.user]: { routing: "redirect" },
  [forwarding.user]: { forwarding: { always: aorOf(forwarding.to.user) } },
  [group.user]: { group: group.members.map(({ user }) => aorOf(user)), groupOrder: "in-turn", groupSeconds: 30 },
};

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
  push: false,
};

function judged(url: string, accounts: readonly Account[]): Judged {
  const target = {
    url,
    domain: DOMAIN,
    headers: {},
    isInsecure: false,
    timeoutMs: 15_000,
    redirect,
    group,
    forwarding,
  };
  return { target, accounts, features };
}

function accountsOf(users: number): readonly Account[] {
  return Array.from({ length: users }, (_, n) => ({ user: `user${n + 1}`, password: `secret ${n + 1}` }));
}

export async function aJudgedCloud(
  users: number,
  options: Partial<LocalCloudOptions> = {},
): Promise<Judged & { readonly cloud: LocalCloud }> {
  const cloud = await aCloud(options);
  const { region, credentials, endpoints, outputs, ws } = cloud;
  const table = outputs["SubscribersTable"] ?? "";
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const accounts = accountsOf(users);
  await Promise.all(
    [...accounts, ...further].map((account) => putSubscriber(db, table, { ...account, domain: DOMAIN })),
  );
  for (const [user, policy] of Object.entries(policies)) await putPolicy(db, table, aorOf(user), policy);
  return { ...judged(ws, accounts), cloud };
}

/** The same protocol on memory, without Lambda, DynamoDB and SQS: a tenth of the work for a check. */
export async function aJudgedServer(
  users: number,
  options: Pick<MemoryServerOptions, "jitterMs"> = {},
): Promise<Judged & { readonly server: MemoryServer }> {
  const push = { hosts: ["push.example.net"], keepSeconds: 3600, page: "/" };
  const server = await startMemoryServer({ domains: [DOMAIN], push }, options);
  const accounts = accountsOf(users);
  for (const { user, password } of [...accounts, ...further]) {
    const secrets = { MD5: ha1("MD5", user, DOMAIN, password), "SHA-256": ha1("SHA-256", user, DOMAIN, password) };
    server.state.addSubscriber({ aor: aorOf(user), ha1: secrets, ...policies[user] });
  }
  for (const { user } of [forwarding, group])
    server.state.addSubscriber({ aor: aorOf(user), ha1: {}, ...policies[user] });
  return { ...judged(server.ws, accounts), features: { ...features, push: true }, server };
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
