import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { synthesize } from "../../support/synthesis/synthesize.ts";
import { resources, type Template } from "./synthesize.ts";

// cdk-nag's AwsSolutions rules over the deployment: plain, with the phone page, and with everything else on.

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nag-"));
  const app = new URL("nag-app.ts", import.meta.url).href;
  await synthesize({ app, outdir: folder }).catch(() => undefined); // refused, for the one resource that violates it
});
afterAll(() => rm(folder, { recursive: true }));

const readTemplate = async (stack: string): Promise<Template> =>
  JSON.parse(await readFile(join(folder, `${stack}.template.json`), "utf8"));

describe("cdk-nag AwsSolutions", () => {
  test("finds nothing beyond the acknowledged findings", async () => {
    const { pluginReports }: Report = JSON.parse(await readFile(join(folder, "validation-report.json"), "utf8"));
    const found = pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
      ),
    );
    expect(found).toEqual(["AwsSolutions-SMG4 at Control/NeverRotated/Resource"]);
  });

  test.each([
    ["Plain", ["APIG1", "APIG4", "IAM5"]],
    ["Guarded", ["APIG1", "APIG4", "IAM5"]],
    ["Page", ["APIG1", "APIG4", "CFR1", "CFR2", "CFR3", "CFR4", "IAM4", "IAM5", "L1", "S1"]],
  ])("%s: each acknowledged finding is in the list, with a reason", async (stack, expected) => {
    const { Resources } = await readTemplate(stack);
    const acknowledged = Object.values(Resources).flatMap(({ Metadata }) => Metadata.cdk_nag?.rules_to_suppress ?? []);
    const rules = new Set(acknowledged.map(({ id }) => id.replace(/\[.*/, "")));
    expect([...rules].toSorted()).toEqual(expected.map((rule) => `AwsSolutions-${rule}`));
    for (const { reason } of acknowledged) expect(reason.length).toBeGreaterThan(60);
  });
});

describe("a Cognito user pool", () => {
  test("is the issuer, and its client the audience", async () => {
    const tokens = resources(await readTemplate("Guarded"), "AWS::Lambda::Function")
      .map(([, { Properties }]) => Properties.Environment?.Variables["TOKENS"])
      .find((variable) => variable !== undefined);
    const text = JSON.stringify(tokens).replaceAll("\\", "");
    expect(text).toMatch(/"issuer":"https:\/\/cognito-idp\.",\{"Ref":"AWS::Region"\}/);
    expect(text).toContain('"audience":["phone"]');
    expect(text).toContain('"claim":"cognito:username","algorithms":["RS256"]');
  });
});
