import { beforeAll, describe, expect, test } from "@jest/globals";
import { timeouts } from "../../../lib/cdk/function-defaults.ts";
import { validateProps } from "../../../lib/cdk/props.ts";
import { grantsOf, resources, synthesize, type Template } from "./synthesize.ts";

const httpHosts = "whip.example.com, media.example.com:8443";
const ours = (name: string) => `arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:${name}`;

describe("cdk deploy -c httpHosts=… -c httpSecretNames=…", () => {
  let plain: Template;
  let template: Template;
  beforeAll(async () => {
    plain = await synthesize();
    template = await synthesize({ httpHosts, httpSecretNames: "whip/token" });
  });

  test("lets default and timers read that one secret, and no function anything else", () => {
    const { default: ofMessages = [], timers: ofTimers = [], ...others } = grantsOf(plain);
    const { default: messages = [], timers = [], ...same } = grantsOf(template);
    const added = [`secretsmanager:GetSecretValue on ${ours("whip/token-??????")}`];
    expect(messages.filter((line) => !ofMessages.includes(line))).toEqual(added);
    expect(timers.filter((line) => !ofTimers.includes(line))).toEqual(added);
    expect(same).toEqual(others);
  });

  test("gives the functions that ask an endpoint 28 s, and the queue six times as long; without it nothing changes", () => {
    const seconds = (of: Template) =>
      Object.fromEntries(
        resources(of, "AWS::Lambda::Function").map(([, { Properties, Metadata }]) => [
          Metadata["aws:cdk:path"].split("/")[3],
          Properties.Timeout,
        ]),
      );
    const visibility = (of: Template) =>
      resources(of, "AWS::SQS::Queue").flatMap(([, { Properties }]) => Properties["VisibilityTimeout"] ?? []);
    expect(seconds(template)).toEqual({ ...seconds(plain), default: 28, timers: 28 });
    expect(visibility(template)).toEqual([168]);
    expect(visibility(plain)).toEqual([6 * timeouts.timers.toSeconds()]);
  });

  test("without hosts is refused", async () => {
    await expect(synthesize({ httpSecretNames: "whip" })).rejects.toThrow("-c httpSecretNames= needs -c httpHosts=");
  });
});

test.each([
  [{ httpCallees: { hosts: [] } }, "httpCallees.hosts is empty"],
  [{ httpCallees: { hosts: ["https://whip.example.com"] } }, "write a host name"],
  [{ httpCallees: { hosts: ["whip.example.com:443"] } }, "write a host name"],
  [{ httpCallees: { hosts: ["WHIP.example.com"] } }, "write a host name"],
  [{ httpCallees: { hosts: ["whip.example.com/x"] } }, "write a host name"],
  [{ httpCallees: { hosts: ["user@whip.example.com"] } }, "write a host name"],
  [{ httpCallees: { hosts: ["whip.example.com"] }, calls: "stateless" }, 'needs calls: "tracked"'],
] as const)("SipSignaling refuses %j", (props, words) => {
  expect(() => validateProps(props)).toThrow(words);
});

test.each(["whip.example.com", "whip.example.com:8443", "[2001:db8::1]"])(
  "SipSignaling accepts the host %s",
  (host) => {
    expect(() => validateProps({ httpCallees: { hosts: [host] } })).not.toThrow();
  },
);
