import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
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

  /** Texts that wait added 9 KB, phones that a push wakes 12 KB. */
  test("is small, because it is read at every cold start", async () => {
    expect((await stat(file())).size).toBeLessThan(440_000);
  });
});

test("a phone waits for the cold start of $connect, so its bundle has no client of the SDK in it", async () => {
  expect((await stat(join(folder, "connect", "index.mjs"))).size).toBeLessThan(30_000);
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
