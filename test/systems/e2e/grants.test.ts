import { afterEach, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { withoutGrant } from "./cut-grants.ts";
import { aService } from "./service.ts";

afterEach(async () => {
  await closeClouds();
});

test.each([
  ["dynamodb:BatchGetItem", "BatchGetItem"],
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
