import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { assemblyOf } from "../../support/assembly.ts";
import { grantsOf, type Reference, resources, type Statement, synthesize, type Template } from "./synthesize.ts";

const turn = "turn:turn.example.com:3478, stun:turn.example.com";
const ours = (name: string) => `arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:${name}`;

type Variables = Readonly<Record<string, Reference>>;

/** `{function: its variables}` */
function variablesOf(template: Template): Readonly<Record<string, Variables>> {
  return Object.fromEntries(
    resources(template, "AWS::Lambda::Function").map(([, { Properties, Metadata }]) => {
      const name = Metadata["aws:cdk:path"].split("/")[3] ?? "";
      return [name, Properties.Environment?.Variables ?? {}];
    }),
  );
}

/** Names of the functions that get the TURN settings. */
const toldOf = (template: Template): string[] =>
  Object.entries(variablesOf(template)).flatMap(([name, { TURN, TURN_SECRET }]) =>
    TURN === undefined && TURN_SECRET === undefined ? [] : [name],
  );

describe("cdk deploy -c turn=… -c turnSecretName=…", () => {
  let plain: Template;
  let template: Template;
  beforeAll(async () => {
    plain = await synthesize();
    template = await synthesize({ turn, turnSecretName: "turn/shared", turnTtl: "600" });
  });

  test("lets default read that one secret, and no function anything else", () => {
    const { default: before = [], ...others } = grantsOf(plain);
    const { default: after = [], ...same } = grantsOf(template);
    expect(after.filter((line) => !before.includes(line))).toEqual([
      `secretsmanager:GetSecretValue on ${ours("turn/shared-??????")}`,
    ]);
    expect([before.filter((line) => !after.includes(line)), same]).toEqual([[], others]);
  });

  test("gives the servers and the lifetime of a credential to default alone", () => {
    expect(toldOf(template)).toEqual(["default"]);
    const { TURN } = variablesOf(template)["default"] ?? {};
    expect(JSON.parse(typeof TURN === "string" ? TURN : "")).toEqual({
      urls: ["turn:turn.example.com:3478", "stun:turn.example.com"],
      ttlSeconds: 600,
    });
  });

  test("without it no function knows a server", () => expect(toldOf(plain)).toEqual([]));

  test.each([
    [{ turn }, "-c turn= and -c turnSecretName= go together"],
    [{ turnSecretName: "turn" }, "-c turn= and -c turnSecretName= go together"],
    [
      { turn: "turn.example.com", turnSecretName: "turn", turnTtl: "soon" },
      /turn.urls has "turn.example.com": write [^]*turn.ttlSeconds is NaN: set it to/,
    ],
  ])("%j is refused, and says what to do", async (context, words) => {
    await expect(synthesize(context)).rejects.toThrow(words);
  });
});

describe("the secret of the TURN servers, given to the construct", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await assemblyOf(new URL("turn-app.ts", import.meta.url).href);
  });

  const readTemplate = async (stack: string): Promise<Template> =>
    JSON.parse(await readFile(join(folder, `${stack}.template.json`), "utf8"));

  /** Grants of default for secrets and keys, beside the secret that signs. */
  async function statementsIn(stack: string): Promise<readonly Statement[]> {
    const policies = resources(await readTemplate(stack), "AWS::IAM::Policy");
    const [, policy] = policies.find(([, { Metadata }]) => Metadata["aws:cdk:path"].includes("/default/")) ?? [];
    const statements = policy?.Properties.PolicyDocument?.Statement ?? [];
    return statements.filter((statement) => /secretsmanager|kms/.test(JSON.stringify(statement.Action))).slice(1);
  }

  const mayRead = (Resource: unknown) => ({ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource });
  const whole = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:turn-a1b2c3";

  test("of the same stack: by reference", async () => {
    expect(await statementsIn("Own")).toEqual([mayRead({ Ref: expect.stringMatching(/^Secret/) })]);
  });

  test("by name: the six characters that its ARN has more are any", async () => {
    const [statement, ...others] = await statementsIn("Named");
    expect(JSON.stringify(statement?.Resource)).toContain(":secret:turn-??????");
    expect(others).toEqual([]);
  });

  test("by its whole ARN: exactly that", async () => expect(await statementsIn("Whole")).toEqual([mayRead(whole)]));

  test("with a key of its own: that may be used too, by way of Secrets Manager only", async () => {
    expect(await statementsIn("Encrypted")).toEqual([
      mayRead(whole),
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:eu-central-1:111122223333:key/turn",
        Condition: { StringEquals: { "kms:ViaService": expect.anything() } },
      },
    ]);
  });
});
