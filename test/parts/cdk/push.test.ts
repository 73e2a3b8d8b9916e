import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { assemblyOf } from "../../support/assembly.ts";
import { grantsOf, resources, synthesize, type Template } from "./synthesize.ts";

/** Names of the functions with something, by their template. */
function functionsWith(template: Template, has: (resource: ReturnType<typeof resources>[0][1]) => boolean): string[] {
  return resources(template, "AWS::Lambda::Function")
    .filter(([, resource]) => has(resource))
    .map(([, { Metadata }]) => Metadata["aws:cdk:path"].split("/")[3] ?? "")
    .toSorted();
}

describe("the prop push", () => {
  let plain: Template;
  let template: Template;
  let folder: string;
  beforeAll(async () => {
    plain = await synthesize();
    folder = await assemblyOf(new URL("push-app.ts", import.meta.url).href);
    template = { ...JSON.parse(readFileSync(join(folder, "SipStack.template.json"), "utf8")), warnings: [] };
  });

  const readsKeys = (grants: Record<string, string[]>) =>
    Object.entries(grants)
      .filter(([, lines]) => lines.some((line) => line === "secretsmanager:GetSecretValue on Push/Secret"))
      .map(([name]) => name)
      .toSorted();

  test("lets the functions that send pushes read the secret of the VAPID keys, and no other function", () => {
    expect(readsKeys(grantsOf(template))).toEqual(["default", "timers"]);
    expect(readsKeys(grantsOf(plain))).toEqual([]);
  });

  test("tells these functions who operates the deployment", () => {
    const isTold = ({ Properties }: ReturnType<typeof resources>[0][1]) =>
      Properties.Environment?.Variables["PUSH_SUBJECT"] === "mailto:ops@example.com";
    expect(functionsWith(template, isTold)).toEqual(["default", "timers"]);
    expect(functionsWith(plain, isTold)).toEqual([]);
  });

  test("makes a secret that is never rotated", () => {
    const secret = resources(template, "AWS::SecretsManager::Secret").find(([, { Metadata }]) =>
      Metadata["aws:cdk:path"].includes("/Push/"),
    );
    expect(secret?.[1].Properties["GenerateSecretString"]).toEqual({ ExcludePunctuation: true, PasswordLength: 64 });
    expect(resources(template, "AWS::SecretsManager::RotationSchedule")).toHaveLength(1);
  });

  test("puts the package web-push beside the code of these functions, and nowhere else", () => {
    const { files } = JSON.parse(readFileSync(join(folder, "SipStack.assets.json"), "utf8"));
    const hasPackage = ({ Properties }: ReturnType<typeof resources>[0][1]) => {
      const [, hash = ""] = /"S3Key":"(\w+)\.zip"/.exec(JSON.stringify(Properties["Code"])) ?? [];
      return readdirSync(resolve(folder, files[hash].source.path)).includes("web-push.cjs");
    };
    expect(functionsWith(template, hasPackage)).toEqual(["default", "timers"]);
  });
});
