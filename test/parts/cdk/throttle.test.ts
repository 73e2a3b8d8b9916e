import { beforeAll, describe, expect, test } from "@jest/globals";
import { validateProps } from "../../../lib/cdk/props.ts";
import { defaultThrottle, routeThrottles, type Throttle } from "../../../lib/cdk/throttle.ts";
import { resources, synthesize, type Template } from "./synthesize.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesize();
});

const stage = () => {
  const [[id, found] = [], ...others] = resources(template, "AWS::ApiGatewayV2::Stage");
  if (id === undefined || found === undefined || others.length > 0) throw new Error("not one stage");
  return { id, ...found };
};
const settings = (rate: number, burst: number) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });

describe("the stage", () => {
  test("throttles each of its three routes by default", () => {
    expect(stage().Properties["RouteSettings"]).toEqual({
      $connect: settings(200, 400),
      $default: settings(4000, 2000),
      $disconnect: settings(1000, 2000),
    });
    expect(stage().Properties["DefaultRouteSettings"]).toEqual(settings(4000, 2000));
  });

  test("comes after its routes: CloudFormation refuses settings of a route that is not there", () => {
    const routes = resources(template, "AWS::ApiGatewayV2::Route").map(([id]) => id);
    expect(stage()).toMatchObject({ DependsOn: expect.arrayContaining(routes) });
  });

  test("and so nothing a route needs may wait for the stage: no resource depends on itself", () => {
    const needs = new Map(
      Object.entries(template.Resources).map(([id, resource]) => [id, referencesIn(resource).filter(isResource)]),
    );
    const circles = [...needs.keys()].filter((id) => reachable(id, needs).has(id));
    expect(circles).toEqual([]);
  });

  test("leaves room for posts, and for other APIs of the account", () => {
    expect(2 * defaultThrottle.message.rateLimit).toBeLessThan(10_000);
    expect(2 * defaultThrottle.message.burstLimit).toBeLessThan(5000);
    expect(defaultThrottle.connect.rateLimit).toBeLessThan(500);
    expect(defaultThrottle.disconnect.rateLimit).toBeGreaterThan(defaultThrottle.connect.rateLimit);
  });
});

const isResource = (id: string): boolean => id in template.Resources;

/** Names in `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn`, anywhere in a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === "Ref") return [String(inner)];
    if (key === "Fn::GetAtt" || key === "DependsOn") return [inner].flat().map(String);
    if (key === "Fn::Sub") return [...JSON.stringify(inner).matchAll(/\$\{(\w+)/g)].map(([, id = ""]) => id);
    return referencesIn(inner);
  });
}

function reachable(from: string, needs: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const ahead = [...(needs.get(from) ?? [])];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    ahead.push(...(needs.get(next) ?? []));
  }
  return seen;
}

describe("the prop throttle", () => {
  test.each<[string, Throttle | undefined, object]>([
    ["nothing", undefined, defaultThrottle],
    [
      "numbers for messages, as ever",
      { rateLimit: 50, burstLimit: 100 },
      { ...defaultThrottle, message: { rateLimit: 50, burstLimit: 100 } },
    ],
    ["one number", { rateLimit: 50 }, { ...defaultThrottle, message: { rateLimit: 50, burstLimit: 2000 } }],
    [
      "a route of its own",
      { connect: { rateLimit: 10 } },
      { ...defaultThrottle, connect: { rateLimit: 10, burstLimit: 400 } },
    ],
  ])("may say %s", (_what, throttle, expected) => {
    expect(routeThrottles(throttle)).toEqual(expected);
    expect(() => validateProps({ ...(throttle && { throttle }) })).not.toThrow();
  });

  test.each<[string, Throttle, RegExp]>([
    ["a rate of nothing", { rateLimit: 0 }, /throttle.rateLimit is 0: every client would be refused/],
    ["half a burst", { burstLimit: 0.5 }, /throttle.burstLimit is 0.5/],
    ["no connection", { connect: { burstLimit: 0 } }, /throttle.connect.burstLimit is 0/],
    ["less than nothing", { disconnect: { rateLimit: -1 } }, /throttle.disconnect.rateLimit is -1/],
    ["no number", { rateLimit: NaN }, /throttle.rateLimit is NaN/],
  ])("may not say %s", (_what, throttle, message) => {
    expect(() => validateProps({ throttle })).toThrow(message);
  });
});

describe("the time to log in", () => {
  const variablesOf = (from: Template, name: string) =>
    resources(from, "AWS::Lambda::Function").find(([, { Metadata }]) =>
      Metadata["aws:cdk:path"].includes(`/${name}/`),
    )?.[1].Properties.Environment?.Variables ?? {};

  test("is passed to $connect, with the queue for the timer", () => {
    expect(Object.keys(variablesOf(template, "connect")).sort()).toEqual([
      "ALLOWED_ORIGINS",
      "LOGIN_SECONDS",
      "TIMER_QUEUE_URL",
    ]);
    expect(variablesOf(template, "connect")["LOGIN_SECONDS"]).toBe("30");
  });

  test("is not set where the authorizer asks for tokens, and $connect may touch nothing there", async () => {
    const guarded = await synthesize({ issuer: "https://login.example.com", audience: "phone" });
    expect(variablesOf(guarded, "connect")).toEqual({ ALLOWED_ORIGINS: "none" });
    const policies = resources(guarded, "AWS::IAM::Policy").filter(([, { Metadata }]) =>
      Metadata["aws:cdk:path"].includes("/connect/"),
    );
    expect(JSON.stringify(policies)).not.toContain("sqs:");
  });
});
