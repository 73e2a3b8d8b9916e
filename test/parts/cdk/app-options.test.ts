import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { readAppOptions } from "../../../lib/cdk/app-options.ts";

// The context of `cdk deploy -c name=value`.

const options = (context: Readonly<Record<string, string>>) => readAppOptions((key) => context[key]);
const issuer = "https://login.example.com";

test("without context the stack is called SipStack and has the defaults", () => {
  expect(options({})).toEqual({ stackName: "SipStack", stack: { sip: {} } });
});

test.each<[string, Readonly<Record<string, string>>, object]>([
  ["a stack name", { stack: "Phones-2" }, { stackName: "Phones-2" }],
  ["domains", { domain: "a.example, b.example" }, { stack: { sip: { domains: ["a.example", "b.example"] } } }],
  ["no page at all", { origins: "" }, { stack: { sip: { allowedOrigins: [] } } }],
  ["call records", { records: "yes" }, { stack: { sip: { records: {} } } }],
  [
    "call records with metrics, for a month",
    { records: "domain-metrics", recordDays: "30" },
    { stack: { sip: { records: { metrics: "by domain", days: 30 } } } },
  ],
  ["a way to reach the operator", { push: "mailto:a@b.c" }, { stack: { sip: { push: { sub: "mailto:a@b.c" } } } }],
  ["an address for alarms", { alarmEmail: "ops@example.com" }, { stack: { sip: { alarmEmail: "ops@example.com" } } }],
  [
    "an issuer",
    { issuer, audience: "phone,desk", claim: "email", where: "register" },
    { stack: { sip: { tokens: { issuer, audience: ["phone", "desk"], claim: "email", where: "register" } } } },
  ],
  [
    "TURN servers",
    { turn: "turn:a.example", turnSecretName: "turn", turnTtl: "600" },
    { stack: { turn: { urls: ["turn:a.example"], secretName: "turn", ttlSeconds: 600 } } },
  ],
  [
    "a host name",
    { host: "sip.example.com", certificate: "arn:aws:acm:x", zoneId: "Z1" },
    { stack: { host: { name: "sip.example.com", certificateArn: "arn:aws:acm:x", hostedZoneId: "Z1" } } },
  ],
])("%s is read", (_title, context, expected) => {
  expect(options(context)).toMatchObject(expected);
});

describe("is refused, with a text that says what to write instead:", () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["an audience without an issuer", { audience: "phone" }, /-c audience= needs -c issuer=/],
    ["a claim without an issuer", { claim: "email" }, /-c claim= needs -c issuer=/],
    ["a place for tokens without an issuer", { where: "register" }, /-c where= needs -c issuer=/],
    ["an unknown place for tokens", { issuer, where: "gate" }, /-c where=gate: it can be connect or register/],
    ["TURN servers without a secret", { turn: "turn:a.example" }, /go together/],
    ["a secret without TURN servers", { turnSecretName: "turn" }, /go together/],
    ["a host name without a certificate", { host: "sip.example.com" }, /-c host= and -c certificate= go together/],
    ["unknown records", { records: "table" }, /-c records=table: it can be yes, metrics or domain-metrics/],
    ["days of records that are not made", { recordDays: "30" }, /-c recordDays= needs -c records=yes/],
    ["a zone alone", { zoneId: "Z1" }, /go together/],
    ["a stack name that CloudFormation refuses", { stack: "2nd" }, /start with a letter/],
  ])("%s", (_title, context, message) => {
    expect(() => options(context)).toThrow(message);
  });
});

test("the app prints the refusal without a stack trace, and ends with 1", async () => {
  const env = { PATH: process.env["PATH"], CDK_CONTEXT_JSON: JSON.stringify({ audience: "phone" }) };
  await expect(promisify(execFile)(process.execPath, ["bin/app.ts"], { env })).rejects.toMatchObject({
    code: 1,
    stderr: "-c audience= needs -c issuer=: the URL of the login that signs the tokens.\n",
  });
});
