import { beforeAll, describe, expect, test } from "@jest/globals";
import { lambdaNames } from "../../../lib/cdk/bundle.ts";
import { grantsOf, resources, synthesize, type Resource, type Template } from "./synthesize.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesize({ domain: "example.com", issuer: "https://login.example.com", audience: "phone, desk" });
});

const fn = (name: string): Resource | undefined =>
  resources(template, "AWS::Lambda::Function").find(([, resource]) =>
    resource.Metadata["aws:cdk:path"].includes(`/${name}/`),
  )?.[1];

describe("a deployment that takes tokens in SIP (RFC 8898)", () => {
  let inSip: Template;
  beforeAll(async () => {
    const context = {
      domain: "example.com",
      issuer: "https://login.example.com",
      audience: "phone",
      where: "register",
    };
    inSip = await synthesize(context);
  });

  test("has no authorizer: every client connects, and SIP asks for the token", () => {
    expect(resources(inSip, "AWS::ApiGatewayV2::Authorizer")).toEqual([]);
    expect(grantsOf(inSip)["authorize"]).toBeUndefined();
  });

  test("gives the issuer to default alone, and the challenge to all functions", () => {
    const told = resources(inSip, "AWS::Lambda::Function").map(([, { Properties, Metadata }]) => {
      const { TOKENS, SIP_SETTINGS } = Properties.Environment?.Variables ?? {};
      return [Metadata["aws:cdk:path"].split("/")[3], TOKENS !== undefined, SIP_SETTINGS] as const;
    });
    expect(told.filter(([, hasTokens]) => hasTokens).map(([name]) => name)).toEqual(["default"]);
    const [, , settings] = told.find(([name]) => name === "default") ?? [];
    expect(JSON.parse(typeof settings === "string" ? settings : "")).toEqual({
      bearer: { authzServer: "https://login.example.com", offered: "first" },
      usersAreElsewhere: true,
    });
  });

  test("gives no function more than it may do without tokens", async () => {
    expect(grantsOf(inSip)).toEqual(grantsOf(await synthesize({ domain: "example.com" })));
  });
});

describe("a deployment that asks for tokens", () => {
  test("has all the functions of lambdas/, except record and widget, which props of their own ask for", () => {
    expect(lambdaNames().filter((name) => fn(name) === undefined)).toEqual(["record", "widget"]);
  });

  test("asks a REQUEST authorizer before $connect if the client offers a subprotocol", () => {
    const [[id, authorizer] = [], ...others] = resources(template, "AWS::ApiGatewayV2::Authorizer");
    expect(others).toEqual([]);
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: "REQUEST",
      IdentitySource: ["route.request.header.Sec-WebSocket-Protocol"],
    });
    const guarded = resources(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => [
      Properties["RouteKey"],
      Properties["AuthorizationType"],
      Properties["AuthorizerId"],
    ]);
    expect(guarded).toContainEqual(["$connect", "CUSTOM", { Ref: id }]);
    expect(guarded.filter(([, type]) => type === "CUSTOM")).toHaveLength(1);
  });

  test("gives the issuer to the authorizer alone", () => {
    const environments = resources(template, "AWS::Lambda::Function").map(([, { Properties, Metadata }]) => {
      return [Metadata["aws:cdk:path"].split("/")[3], Properties.Environment?.Variables["TOKENS"]] as const;
    });
    const [[name, tokens] = [], ...others] = environments.filter(([, tokens]) => tokens !== undefined);
    expect([name, others]).toEqual(["authorize", []]);
    expect(JSON.parse(typeof tokens === "string" ? tokens : "")).toEqual({
      issuer: "https://login.example.com",
      audience: ["phone", "desk"],
      claim: "preferred_username",
      algorithms: expect.not.arrayContaining(["HS256", "none"]),
      clockToleranceSeconds: 30,
    });
  });

  test("gives the authorizer time to ask a slow issuer", () => {
    expect(fn("authorize")?.Properties).toMatchObject({ Timeout: 8, MemorySize: 512 });
  });

  test("lets it read the secret that signs tickets, tear one, and write its log; nothing else", () => {
    expect(grantsOf(template)["authorize"]).toEqual([
      "dynamodb:PutItem on Tables/Flows",
      "logs:CreateLogStream on Functions/authorize/Logs",
      "logs:PutLogEvents on Functions/authorize/Logs",
      "secretsmanager:GetSecretValue on Signing/Secret",
    ]);
  });

  test("lets API Gateway alone invoke it, as the authorizer", () => {
    const permission = resources(template, "AWS::Lambda::Permission").find(([, { Properties }]) =>
      JSON.stringify(Properties["FunctionName"]).includes("authorize"),
    );
    expect(permission?.[1].Properties["Principal"]).toBe("apigateway.amazonaws.com");
    expect(JSON.stringify(permission?.[1].Properties["SourceArn"])).toContain("/authorizers/");
  });
});
