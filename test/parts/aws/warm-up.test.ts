import { createServer, type Server } from "node:http";
import { createSecretKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openConnections } from "../../../lib/aws/client/api-gateway.ts";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { openQueues } from "../../../lib/aws/client/sqs.ts";
import { standIn } from "../../../lib/aws/client/stand-in.ts";
import { createSignalingOnAws } from "../../../lib/aws/create-signaling.ts";
import { createDynamoState } from "../../../lib/aws/dynamodb/state.ts";
import { schema, type TableName, tableNames } from "../../../lib/aws/dynamodb/schema.ts";
import { variables } from "../../../lib/aws/environment.ts";
import { rehearse } from "../../../lib/aws/rehearsal.ts";
import { setTimers } from "../../../lib/aws/sqs/timers.ts";
import { createSignaling } from "../../../lib/signaling/signaling.ts";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import { defaultSettings } from "../../../lib/sip/policy/settings.ts";
import { listen } from "../../support/listen.ts";

const domain = "example.com";
const identity = { region: "us-east-1", credentials: { accessKeyId: "key", secretAccessKey: "secret" } };

test("a rehearsal takes the course of a call: challenge, REGISTER, INVITE, 180, 200, ACK, BYE, 200, timer", async () => {
  const services = standIn((table) => tableNames.flatMap((name) => (name === table ? schema[name].key : []))[0] ?? "");
  const api = openConnections("https://api.example.com/sip", identity, services.send);
  const lines: string[] = [];
  const signaling = createSignaling({
    settings: { ...defaultSettings, domains: [domain] },
    platform: awsPlatform,
    now: () => 1_800_000_000,
    random: () => "random",
    keys: () => Promise.resolve({ current: createSecretKey(Buffer.from("key")) }),
    ...createDynamoState(openTables(identity, services.send), (table: TableName) => table),
    setTimers: setTimers(openQueues(identity, services.send), "https://sqs.example.com/1/timers"),
    post: (flow, text) => api.post(flow, text),
    close: (flow) => api.close(flow),
    pause: () => Promise.resolve(),
    wait: () => Promise.resolve(),
    observe: (name, { reason, sent }) => lines.push(`${name}: ${JSON.stringify(reason ?? sent)}`),
  });
  await rehearse(signaling, services, domain);
  expect(lines).toEqual([
    'REGISTER sip:example.com: "credentials-needed"',
    'REGISTER sip:example.com: ["200 REGISTER > warm-up-callee"]',
    'INVITE sip:callee@example.com: ["100 INVITE > warm-up-caller","INVITE > warm-up-callee"]',
    '180 INVITE: ["180 INVITE > warm-up-caller"]',
    '200 INVITE: ["200 INVITE > warm-up-caller"]',
    'ACK: ["ACK > warm-up-callee"]',
    'BYE: ["BYE > warm-up-callee"]',
    '200 BYE: ["200 BYE > warm-up-caller"]',
    'timer: "timer-after-end"',
  ]);
});

describe("the warm-up of an execution environment", () => {
  let server: Server;
  let url: string;
  const operations: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((incoming, outgoing) => {
      const target = incoming.headers["x-amz-target"];
      operations.push(incoming.headers.authorization === undefined ? "unsigned" : String(target));
      outgoing.end(JSON.stringify({ SecretString: JSON.stringify({ current: "a signing key" }) }));
    });
    url = await listen(server);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("opens connections and reads the signing keys; no row, timer or message leaves it", async () => {
    const aws = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL: url,
    };
    Object.assign(process.env, aws);
    const signaling = createSignalingOnAws({
      ...aws,
      ...Object.fromEntries(tableNames.map((name) => [schema[name].variable, name])),
      [variables.timerQueueUrl]: `${url}/000000000000/timers`,
      [variables.callbackUrl]: `${url}/sip`,
      [variables.signingSecret]: "signing",
      [variables.domains]: domain,
    });
    await signaling.warmUp();
    expect(operations).toHaveLength(4);
    expect(operations.filter((one) => one !== "unsigned")).toEqual(["secretsmanager.GetSecretValue"]);
  });

  test("ends without an error if nothing can be read", async () => {
    await expect(createSignalingOnAws({ [variables.domains]: domain }).warmUp()).resolves.toBeUndefined();
  });
});
