import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { resources, synthesize, type Template } from "./synthesize.ts";

describe("cdk deploy -c phone=yes -c client=page", () => {
  let template: Template;
  beforeAll(async () => {
    const login = { issuer: "https://login.example.com/realms/phones", audience: "phones" };
    template = await synthesize({ domain: "example.com", phone: "yes", client: "page", ...login });
  });

  test("makes a private bucket behind CloudFront, which is reached by https alone", () => {
    const [bucket] = resources(template, "AWS::S3::Bucket");
    expect(bucket?.[1].Properties["PublicAccessBlockConfiguration"]).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const [distribution] = resources(template, "AWS::CloudFront::Distribution");
    expect(JSON.stringify(distribution)).toContain('"ViewerProtocolPolicy":"redirect-to-https"');
  });

  test("its policy lets the page talk to this API and to the issuer alone", () => {
    const [headers] = resources(template, "AWS::CloudFront::ResponseHeadersPolicy");
    const text = JSON.stringify(headers);
    expect(text).toMatch(/connect-src 'self' wss:\/\/",\{"Ref":"SipApi\w+"\},"\.execute-api\./);
    expect(text).toContain("https://login.example.com; base-uri 'none'");
    expect(text).not.toContain("unsafe");
  });

  test("lets the origin of the page connect, without a warning that no page may", () => {
    const connect = resources(template, "AWS::Lambda::Function").find(
      ([, { Metadata }]) => Metadata["aws:cdk:path"].split("/")[3] === "connect",
    );
    const [distribution = ""] = resources(template, "AWS::CloudFront::Distribution").map(([name]) => name);
    expect(connect?.[1].Properties.Environment?.Variables["ALLOWED_ORIGINS"]).toEqual({
      "Fn::Join": ["", ["https://", { "Fn::GetAtt": [distribution, "DomainName"] }]],
    });
    expect(template.warnings).toEqual([]);
    expect(template.Outputs["PhoneUrl"]).toBeDefined();
  });
});

test.each([
  [{ client: "page" }, "-c client= needs -c phone=yes"],
  [{ phone: "maybe" }, "-c phone=maybe: it can be yes."],
  [{ phone: "yes", client: "page" }, "phone.signIn needs tokens"],
])("%j is refused with a text that says what to write", async (context, words) => {
  await expect(synthesize({ domain: "example.com", ...context })).rejects.toThrow(words);
});

describe("npm run phone", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const run = (...options: readonly string[]) =>
    promisify(execFile)(process.execPath, ["bin/phone.ts", "--out", folder, ...options]);

  test("writes the page with its settings, and prints the headers that it needs", async () => {
    const { stdout } = await run("--ws", "wss://sip.example.com/sip", "--domain", "example.com", "--no-log");
    expect((await readdir(folder)).toSorted()).toEqual([
      "config.json",
      "icon.svg",
      "index.html",
      "phone.css",
      "phone.js",
      "wake.js",
    ]);
    const config: unknown = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
    expect(config).toEqual({ ws: "wss://sip.example.com/sip", domain: "example.com", log: false });
    expect(stdout).toContain("connect-src 'self' wss://sip.example.com; base-uri 'none'");
  });

  test("says which option is missing", async () => {
    await expect(run("--domain", "example.com")).rejects.toThrow("--ws is missing");
  });
});
