// The local cloud as the suite's server under test: with as many subscribers as checks are to run at a time.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy, putSubscriber } from "../../../lib/aws/dynamodb/subscribers.ts";
import type { LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { aCloud } from "../../parts/local/cloud.ts";
import { ladderOf, wireOf } from "./report/ladder.ts";
import { describe } from "./report/tap.ts";
import type { Features } from "./lab/features.ts";
import type { Result, RunOptions } from "./run.ts";

const DOMAIN = "example.com";

/** Checks that the platform cannot pass; the README lists them. */
export const waived: Readonly<Record<string, string>> = {
  "websocket-binary": "API Gateway closes a connection on a binary frame",
  "torture-mpart01": "API Gateway closes a connection on a binary frame",
  "websocket-rport": "API Gateway does not tell the source port",
};

/** Starts a cloud and says how to judge it. */
export async function aJudgedCloud(
  users: number,
  options: Partial<LocalCloudOptions> = {},
): Promise<Pick<RunOptions, "target" | "accounts" | "waived"> & { readonly features: Features }> {
  const { region, credentials, endpoints, outputs, ws } = await aCloud(options);
  const table = outputs["SubscribersTable"] ?? "";
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const accounts = Array.from({ length: users }, (_, n) => ({ user: `user${n + 1}`, password: `secret ${n + 1}` }));
  const redirect = { user: "redirected", password: "secret" };
  await Promise.all([...accounts, redirect].map((account) => putSubscriber(db, table, { ...account, domain: DOMAIN })));
  await putPolicy(db, table, `sip:${redirect.user}@${DOMAIN}`, { routing: "redirect" });
  const target = { url: ws, domain: DOMAIN, headers: {}, isInsecure: false, timeoutMs: 15_000, redirect };
  // A cloud that has just begun has nothing to clear away, and what it offers is known.
  const features = { outbound: true, gruu: true, serviceRoute: `<sip:${DOMAIN};transport=ws;lr>`, digest: true };
  return { target, accounts, features, waived };
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
