import { afterAll, describe, expect, test } from "@jest/globals";
import { createResolver } from "../../../lib/local/assembly/intrinsics.ts";
import { type Deployment, readDeployment } from "../../../lib/local/assembly/read-deployment.ts";
import { readTemplate } from "../../../lib/local/assembly/template.ts";
import { readEventSources } from "../../../lib/local/lambda/spec.ts";
import { readApi } from "../../../lib/local/services/api-gateway/spec.ts";
import { readTables } from "../../../lib/local/services/dynamodb/spec.ts";
import { serviceResources } from "../../../lib/local/services/registry.ts";
import { readSecrets } from "../../../lib/local/services/secrets-manager/spec.ts";
import { readQueues } from "../../../lib/local/services/sqs/spec.ts";
import { testAssembly } from "../../support/assembly.ts";
import { aStack, type FixtureStack, removeStacks } from "./fixture-stack.ts";

afterAll(removeStacks);

const addresses = { aws: "http://127.0.0.1:4566", gateway: "ws://127.0.0.1:8080" };
const deploymentIn = (folder: string): Deployment => readDeployment(readTemplate(folder), addresses, serviceResources);
const read = (stack: FixtureStack): Deployment => deploymentIn(aStack(stack));

describe("the real stack", () => {
  const deployment = deploymentIn(testAssembly);

  test("has the functions of lambdas/, called as there", () => {
    expect(deployment.functions.map(({ label }) => label).toSorted()).toEqual([
      "connect",
      "default",
      "disconnect",
      "rotate",
      "timers",
    ]);
  });

  test("answers by return on $default only", () => {
    const { routes } = readApi(deployment.stack);
    expect(
      Object.entries(routes)
        .filter(([, route]) => route.repliesByReturn)
        .map(([key]) => key),
    ).toEqual(["$default"]);
  });

  test("its addresses are those of this machine", () => {
    const fn = deployment.functions.find(({ label }) => label === "default");
    expect(deployment.outputs["Url"]).toBe("ws://127.0.0.1:8080/sip");
    expect(fn?.environment["CALLBACK_URL"]).toBe("http://127.0.0.1:4566/sip");
    expect(fn?.environment["TIMER_QUEUE_URL"]).toMatch(/^http:\/\/127\.0\.0\.1:4566\/000000000000\/SipStack-/);
  });

  test("has six tables, the timer queue with its dead letters, and the secret", () => {
    expect(readTables(deployment.stack)).toHaveLength(6);
    expect(readQueues(deployment.stack).filter(({ redrive }) => redrive)).toHaveLength(1);
    expect(readEventSources(deployment.stack)).toMatchObject([{ reportsItemFailures: true }]);
    expect(readSecrets(deployment.stack)).toMatchObject([{ source: { kind: "generated", into: { key: "current" } } }]);
  });
});

describe("an unsupported stack is an error that names the resource", () => {
  test("an unknown kind of resource", () => {
    const resources = { Topic: { Type: "AWS::SNS::Topic", Properties: {} } };
    expect(() => read({ functions: {}, resources })).toThrow("Topic is a AWS::SNS::Topic");
  });

  test("a property that changes how the stack runs", () => {
    const resources = { Queue: { Type: "AWS::SQS::Queue", Properties: { KmsMasterKeyId: "key" } } };
    expect(() => read({ functions: {}, resources })).toThrow(
      "Queue: the local cloud does not know KmsMasterKeyId of AWS::SQS::Queue",
    );
  });

  test("a resource that depends on a condition", () => {
    const resources = { Queue: { Type: "AWS::SQS::Queue", Condition: "Sometimes", Properties: {} } };
    expect(() => read({ functions: {}, resources })).toThrow("Queue has a Condition");
  });

  test("an unknown intrinsic function", () => {
    const functions = { default: { code: "", environment: { X: { "Fn::ImportValue": "other" } } } };
    expect(() => read({ functions })).toThrow("defaultFunction uses Fn::ImportValue");
  });

  test("a reference to nothing", () => {
    const functions = { default: { code: "", environment: { X: { Ref: "Nothing" } } } };
    expect(() => read({ functions })).toThrow("defaultFunction needs Nothing");
  });

  test("a FIFO queue", () => {
    const resources = { Queue: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } } };
    expect(() => readQueues(read({ functions: {}, resources }).stack)).toThrow("Queue is a FIFO queue");
  });

  test("a managed policy", () => {
    const Properties = { ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] };
    const resources = { Role: { Type: "AWS::IAM::Role", Properties } };
    expect(() => read({ functions: {}, resources })).toThrow("Role: the local cloud does not know the policy");
  });

  test("a queue policy that is more than enforceSSL", () => {
    const statement = { Effect: "Allow", Action: "sqs:*", Resource: "*", Principal: "*" };
    const Properties = { PolicyDocument: { Statement: [statement] } };
    const resources = { Policy: { Type: "AWS::SQS::QueuePolicy", Properties } };
    expect(() => readQueues(read({ functions: {}, resources }).stack)).toThrow("Policy: of queue policies");
  });

  test("a folder without an assembly", () => {
    expect(() => readTemplate("/nowhere")).toThrow("/nowhere/manifest.json is missing: synthesize the stack first");
  });
});

describe("intrinsic functions", () => {
  const resolve = createResolver((id, attribute) =>
    id === "Gone" ? undefined : [id, attribute].filter(Boolean).join("!"),
  );

  test.each([
    [{ Ref: "A" }, "A"],
    [{ "Fn::GetAtt": ["A", "Arn"] }, "A!Arn"],
    [{ "Fn::GetAtt": "A.Nested.Name" }, "A!Nested.Name"],
    [{ "Fn::Join": ["-", ["x", { Ref: "A" }, 1]] }, "x-A-1"],
    [{ "Fn::Select": [1, ["x", "y"]] }, "y"],
    [{ "Fn::Select": ["0", { "Fn::Split": ["/", "p/q"] }] }, "p"],
    [{ "Fn::Sub": "${A}/${B.Arn}/${!C}" }, "A/B!Arn/${C}"],
    [{ "Fn::Sub": ["${own}/${A}", { own: { Ref: "B" } }] }, "B/A"],
    [
      { deep: [{ Ref: "A" }], plain: true },
      { deep: ["A"], plain: true },
    ],
    [{ Condition: { Bool: { x: "y" } } }, { Condition: { Bool: { x: "y" } } }],
  ])("%j", (value, expected) => {
    expect(resolve(value, "Here")).toEqual(expected);
  });

  test.each([
    [{ "Fn::Join": "x" }, "Here: the argument of Fn::Join should be a list"],
    [{ "Fn::Select": [5, ["x"]] }, "Here: Fn::Select has no item 5"],
    [{ "Fn::Sub": "${Gone}" }, "Here needs Gone, unknown to the local cloud"],
    [{ "Fn::If": ["a", "b", "c"] }, "Here uses Fn::If, which the local cloud does not know"],
  ])("%j is an error", (value, message) => {
    expect(() => resolve(value, "Here")).toThrow(message);
  });
});
