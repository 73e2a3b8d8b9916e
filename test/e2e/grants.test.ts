import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { closeClouds, testAssembly } from "../local/cloud.ts";
import { aService } from "./service.ts";

const folders: string[] = [];
afterEach(async () => {
  await closeClouds();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The deployment with one action taken out of every policy. */
function withoutGrant(action: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sip-grants-"));
  folders.push(folder);
  cpSync(testAssembly, folder, { recursive: true });
  const file = readdirSync(folder).find((name) => name.endsWith(".template.json")) ?? "";
  const template = readFileSync(join(folder, file), "utf8");
  const cut = template.replaceAll(`"${action}"`, `"${action}Never"`);
  if (cut === template) throw new Error(`no policy grants ${action}`);
  writeFileSync(join(folder, file), cut);
  return folder;
}

test.each([
  ["dynamodb:BatchGetItem", "BatchGetItem"],
  ["dynamodb:PutItem", "PutItem"],
  ["secretsmanager:GetSecretValue", "GetSecretValue"],
])("without the grant %s a REGISTER is answered 500 and the log names what is missing", async (grant, action) => {
  const { cloud, connect } = await aService({ assembly: withoutGrant(grant) });
  const alice = await connect("alice");
  expect((await alice.register()).status).toBe(500);
  await cloud.settled();
  const log = cloud.logs.map((entry) => JSON.stringify(entry)).join("\n");
  expect(log).toContain(`is not authorized to perform: ${grant}`);
  expect(log).toContain(action);
});

test.each(["execute-api:ManageConnections", "sqs:SendMessage"])(
  "without the grant %s no INVITE goes out: the caller gets 500",
  async (grant) => {
    const { cloud, online } = await aService({ assembly: withoutGrant(grant) });
    const [alice, bob] = [await online("alice"), await online("bob")];
    expect((await alice.ask("INVITE", bob.aor)).status).toBe(500);
    expect(bob.inbox.titles()).not.toContain("INVITE");
    expect(JSON.stringify(cloud.logs)).toContain(`is not authorized to perform: ${grant}`);
  },
);
