import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { aService, DOMAIN, type Service } from "../../systems/e2e/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { connectPhone } from "../../support/phone/socket.ts";

const script = fileURLToPath(new URL("../../../bin/subscriber.ts", import.meta.url));

let service: Service;
beforeAll(async () => {
  service = await aService();
});
afterAll(closeClouds);

/** Runs the command against the local cloud, the password on standard input. */
function subscriber(
  words: readonly string[],
  password = "",
  changed: NodeJS.ProcessEnv = {},
): Promise<{ code: number; out: string }> {
  const { region, credentials, endpoints } = service.cloud;
  const env = {
    PATH: process.env["PATH"],
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    ...changed,
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...words], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out: stdout + stderr }),
    );
    child.stdin?.end(password);
  });
}

const place = () => ["--domain", DOMAIN, "--table", service.cloud.outputs["SubscribersTable"] ?? ""];

test("an added subscriber can register, a removed one cannot", async () => {
  const dave = { user: "dave", domain: DOMAIN, password: "correct horse" };
  expect(await subscriber(["add", "dave", ...place()], "correct horse\n")).toEqual({
    code: 0,
    out: `added sip:dave@${DOMAIN}\n`,
  });
  expect((await (await connectPhone(service.cloud.ws, dave)).register()).status).toBe(200);
  expect((await subscriber(["remove", "dave", ...place()])).code).toBe(0);
  expect((await (await connectPhone(service.cloud.ws, dave)).register()).status).toBe(401);
});

test("a policy is obeyed from the next call on, and a new password leaves it as it is", async () => {
  const alice = await service.online("alice");
  const [bob, carol] = [await service.online("bob"), await service.online("carol")];
  expect((await subscriber(["policy", "bob", ...place(), "--forward-always", carol.aor])).code).toBe(0);
  await subscriber(["add", "bob", ...place()], "bob");
  await alice.request("INVITE", bob.aor);
  await carol.takeRequest("INVITE");
  expect((await subscriber(["policy", "team", ...place(), "--group", "bob,carol", "--routing", "redirect"])).code).toBe(
    0,
  );
  expect((await alice.ask("INVITE", `sip:team@${DOMAIN}`)).status).toBe(300);
  expect((await subscriber(["policy", "bob", ...place()])).code).toBe(0);
  await alice.request("INVITE", bob.aor);
  await bob.takeRequest("INVITE");
});

describe("mistakes are answered with a text that says what to do", () => {
  test.each([
    ["no verb", [], 2, "say add, remove or policy"],
    ["no user", ["add"], 2, "one USER"],
    ["an address instead of a user", ["add", "x@y"], 2, "before the @"],
    ["no table", ["add", "x"], 2, "--table"],
    ["an unknown option", ["add", "x", "--tabel", "t"], 2, "--tabel"],
    ["no password", ["add", "x", "--domain", "d", "--table", "t"], 2, "password is empty"],
    ["a policy with add", ["add", "x", "--domain", "d", "--table", "t", "--routing", "proxy"], 2, "goes with policy"],
    [
      "an unknown routing",
      ["policy", "x", "--domain", "d", "--table", "t", "--routing", "b2b"],
      2,
      "proxy or redirect",
    ],
    [
      "a number to forward to",
      ["policy", "x", "--domain", "d", "--table", "t", "--forward-busy", "1"],
      2,
      "is not a SIP URI",
    ],
    ["ringing for no time", ["policy", "x", "--domain", "d", "--table", "t", "--ring-seconds", "0"], 2, "5 to 900"],
    ["a table that is not there", ["remove", "x", "--domain", "d", "--table", "missing"], 1, "SubscribersTable"],
  ])("%s", async (_what, words, code, hint) => {
    const ended = await subscriber(words);
    expect(ended.code).toBe(code);
    expect(ended.out).toContain(hint);
  });

  test("no Region", async () => {
    const noFile = { AWS_REGION: undefined, AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" };
    const ended = await subscriber(["remove", "x", ...place()], "", noFile);
    expect(ended).toEqual({ code: 1, out: expect.stringContaining("set AWS_REGION") });
  });
});
