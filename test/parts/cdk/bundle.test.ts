import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as original from "@smithy/core/checksum";
import { defaultTokenSettings } from "../../../lib/aws/authorizer/token-settings.ts";
import { schema } from "../../../lib/aws/dynamodb/schema.ts";
import { variables } from "../../../lib/aws/environment.ts";
import { lambdaNames } from "../../../lib/cdk/bundle.ts";
import { defaultProvider } from "../../../lib/cdk/stand-ins/lambda-credentials.ts";
import * as standIn from "../../../lib/cdk/stand-ins/node-checksums.ts";

const bundler = new URL("../../../lib/cdk/bundle.ts", import.meta.url).href;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundles-"));
  await run(`(await import(${JSON.stringify(bundler)})).bundleLambdas(${JSON.stringify(folder)})`);
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (script: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const args = ["--input-type=module", "--eval", script];
  return (await promisify(execFile)(process.execPath, args, { env })).stdout.trim();
};

describe.each(lambdaNames())("the bundle of %s", (name) => {
  const file = () => join(folder, name, "index.mjs");

  test("runs where there are no packages", async () => {
    const script = `console.log(typeof (await import(${JSON.stringify(file())})).handler)`;
    expect(await run(script, { ...environment, AWS_REGION: "us-east-1" })).toBe("function");
  });

  /**
   * Texts that wait added 10 KB, phones that a push wakes 12 KB, blocked callers 1 KB, subscriptions and publications 31 KB,
   * busy lamps 6 KB, addresses answered over HTTP 26 KB, a user's own settings 6 KB, groups in turn, hours and History-Info 6
   * KB, lists of watchers and bindings 8 KB, pushes that ask a phone to register again 2 KB, resource
   * lists 14 KB, pushes for requests within a call 1 KB, subscriptions to aliases 1 KB, the
   * records of closed connections 2 KB, devices that join a ringing call at once 3 KB, texts that a phone refuses and pushes of
   * texts that are sent again 3 KB, sealed tags, watchers of lists and the end of pushes for a call 2 KB.
   */
  test("is small, because it is read at every cold start", async () => {
    expect((await stat(file())).size).toBeLessThan(578_000);
  });
});

test("a phone waits for the cold start of $connect, so its bundle has no client of the SDK in it", async () => {
  expect((await stat(join(folder, "connect", "index.mjs"))).size).toBeLessThan(30_000);
});

test("the bundle of widget searches the log, reads the registrations, and answers with HTML that is safe", async () => {
  const line = {
    message: "INVITE sip:bob@example.com",
    flow: "A",
    sip: {
      method: "INVITE",
      call_id: "<script>",
      from: { uri: { original: "sip:<img src=x>" } },
      to: { uri: { original: "sip:bob@example.com" } },
    },
    sent: ["INVITE > B"],
  };
  const fields = [
    { field: "@timestamp", value: "2026-11-29 10:00:00.000" },
    { field: "@message", value: JSON.stringify(line) },
  ];
  const answers: Readonly<Record<string, object>> = {
    Scan: { Items: [], Count: 0 },
    StartQuery: { queryId: "q" },
    GetQueryResults: { status: "Complete", results: [fields] },
  };
  const services = createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    request.resume().on("end", () => response.end(JSON.stringify(answers[operation] ?? {})));
  }).listen(0, "127.0.0.1");
  await once(services, "listening");
  const { port }: Partial<AddressInfo> = Object(services.address());
  const script = `const { handler } = await import(${JSON.stringify(join(folder, "widget", "index.mjs"))});
    const context = { invokedFunctionArn: "arn:widget", getRemainingTimeInMillis: () => 9000 };
    const range = { widgetContext: { timeRange: { start: 1, end: Date.UTC(2026, 10, 29, 11) } } };
    const answers = [];
    for (const event of [range, { ...range, callId: "<script>" }, { describe: true }]) answers.push(await handler(event, context));
    console.log(JSON.stringify(answers));`;
  const aws = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
  const out = await run(script, { ...environment, ...aws, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  services.close();
  const [overview = "", call = "", description = ""]: readonly string[] = JSON.parse(out.split("\n").at(-1) ?? "");
  expect(overview).toContain("0 phones · 0 calls now · 1 calls, 0 of them failed");
  expect(overview).toContain("{&quot;callId&quot;:&quot;&lt;script&gt;&quot;}");
  expect(call).toMatch(/^<svg [^]*INVITE[^]*<\/svg>\n$/);
  expect(overview + call).not.toMatch(/<script|<img/);
  expect(description).toMatch(/^### /);
});

/** The variables that the construct sets; a function starts with nearly every value. */
const environment = {
  ...Object.fromEntries(
    [...Object.values(variables), ...Object.values(schema).map(({ variable }) => variable)].map((name) => [name, "{}"]),
  ),
  [variables.loginSeconds]: "30",
  [variables.tokens]: JSON.stringify({
    ...defaultTokenSettings,
    issuer: "https://login.example.com/",
    audience: ["sip"],
  }),
  [variables.turn]: JSON.stringify({ urls: ["turns:turn.example.com"], ttlSeconds: 7200 }),
  [variables.callbackUrl]: "https://api.execute-api.eu-central-1.amazonaws.com/sip",
};

describe("credentials of a Lambda", () => {
  const saved = { ...process.env };
  afterAll(() => void Object.assign(process.env, saved));

  test("come from its environment", async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key", AWS_SESSION_TOKEN: "token" });
    expect(await defaultProvider()()).toEqual({ accessKeyId: "id", secretAccessKey: "key", sessionToken: "token" });
  });

  test("are missed with an error, not with an unsigned request", async () => {
    delete process.env["AWS_ACCESS_KEY_ID"];
    await expect(defaultProvider()()).rejects.toThrow("no AWS credentials");
  });
});

describe("checksums in the bundles", () => {
  test.each([
    "",
    "secret",
    "a secret of more than the 64 octets of a block, which HMAC replaces by its digest (RFC 2104 §2)",
  ])("are those of the SDK, with the secret %p", async (secret) => {
    const pairs = [
      [new original.Md5(), new standIn.Md5()],
      [new original.Sha256(secret || undefined), new standIn.Sha256(secret || undefined)],
    ] as const;
    for (const [theirs, ours] of pairs) {
      for (const part of ["ab", "c"]) for (const checksum of [theirs, ours]) checksum.update(Buffer.from(part));
      expect(Buffer.from(await ours.digest()).toString("hex")).toBe(Buffer.from(await theirs.digest()).toString("hex"));
      for (const checksum of [theirs, ours]) checksum.reset();
      for (const checksum of [theirs, ours]) checksum.update(Buffer.from("again"));
      expect(Buffer.from(await ours.digest()).toString("hex")).toBe(Buffer.from(await theirs.digest()).toString("hex"));
    }
  });
});
