import { beforeAll, describe, expect, test } from "@jest/globals";
import { resources, synthesize, type Resource, type Template } from "./synthesize.ts";

// Duties to the account, on the template: encryption, backups, no secret in plain text, alarms.

const deployments = {
  plain: {},
  guarded: { domain: "example.com", origins: "*", issuer: "https://login.example.com", audience: "phone" },
};

const LOCKED_LOGIN = '{ $.reason = "login-locked" }';

describe.each(Object.keys(deployments))("the %s deployment", (name) => {
  let template: Template;
  beforeAll(async () => {
    template = await synthesize(Object.entries(deployments).find(([key]) => key === name)?.[1]);
  });
  const all = (type: string): readonly Resource[] => resources(template, type).map(([, resource]) => resource);
  const some = (type: string): readonly Resource[] => {
    const found = all(type);
    if (found.length === 0) throw new Error(`no ${type}`); // `every` of an empty list would always hold
    return found;
  };
  const path = ({ Metadata }: Resource): string => Metadata["aws:cdk:path"].split("/").slice(2, -1).join("/");

  describe("encrypts at rest", () => {
    test("tables: DynamoDB encrypts every table, here with a key that AWS owns", () => {
      const tables = some("AWS::DynamoDB::GlobalTable");
      expect(tables).toHaveLength(6);
      for (const { Properties } of tables) expect(Properties["SSESpecification"]).toEqual({ SSEEnabled: false });
    });

    test("queues, the dead letters too, and requests without TLS are refused", () => {
      const queues = some("AWS::SQS::Queue");
      expect(queues.map(path)).toEqual(["Timers/DeadLetters", "Timers/Queue"]);
      for (const { Properties } of queues) expect(Properties["SqsManagedSseEnabled"]).toBe(true);
      expect(some("AWS::SQS::QueuePolicy")).toHaveLength(queues.length);
    });

    test("logs and secrets: always encrypted, with keys of AWS", () => {
      for (const { Properties } of [...some("AWS::Logs::LogGroup"), ...some("AWS::SecretsManager::Secret")]) {
        expect(Properties["KmsKeyId"]).toBeUndefined();
      }
    });
  });

  test("keeps the subscribers, and no other data: point-in-time recovery, retention, deletion protection", () => {
    const kept = some("AWS::DynamoDB::GlobalTable").filter(({ DeletionPolicy }) => DeletionPolicy === "Retain");
    expect(kept.map(path)).toEqual(["Tables/Subscribers"]);
    expect(kept[0]?.Properties["Replicas"]).toMatchObject([
      { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
    const retained = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy === "Retain");
    expect(retained.map(path)).toEqual(["Tables/Subscribers"]);
  });

  describe("shows no secret", () => {
    test("API Gateway logs neither accesses, where a token would stand in the query, nor executions, with every message", () => {
      for (const { Properties } of some("AWS::ApiGatewayV2::Stage")) {
        expect(Properties["AccessLogSettings"]).toBeUndefined();
        expect(JSON.stringify(Properties)).not.toMatch(/LoggingLevel|DataTrace|DetailedMetrics/);
      }
    });

    test("no value in the environment of a function is secret: names, settings and ARNs", () => {
      const known = [
        "ALLOWED_ORIGINS",
        "CALLBACK_URL",
        "EVENTS_TABLE",
        "FLOWS_TABLE",
        "LOGIN_SECONDS",
        "MESSAGES_TABLE",
        "REGISTRATIONS_TABLE",
        "SIGNING_SECRET",
        "SIP_DOMAINS",
        "SIP_SETTINGS",
        "SUBSCRIBERS_TABLE",
        "TIMER_QUEUE_URL",
        "TOKENS",
        "TRANSACTIONS_TABLE",
        "TURN",
        "TURN_SECRET",
      ];
      for (const { Properties } of some("AWS::Lambda::Function")) {
        const { SIGNING_SECRET: secret = { Ref: "SipSigning" }, ...others } = Properties.Environment?.Variables ?? {};
        expect(secret).toEqual({ Ref: expect.stringContaining("SipSigning") }); // its ARN
        expect(known).toEqual(expect.arrayContaining(Object.keys(others)));
      }
      expect(JSON.stringify(template)).not.toContain("{{resolve:secretsmanager");
    });

    test("no output is secret", () => {
      expect(Object.keys(template.Outputs).filter((key) => /secret|key|password/i.test(key))).toEqual([
        "SigningSecretArn",
      ]);
    });
  });

  describe("has an alarm", () => {
    const alarmOn = (part: string): Resource | undefined =>
      some("AWS::CloudWatch::Alarm").find((alarm) => path(alarm).includes(part));
    const atOnce = {
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
    };

    test("for an error in the log of a function", () => {
      const all = some("AWS::Logs::MetricFilter").map(({ Properties }) => Properties);
      const filters = all.filter(({ FilterPattern }) => FilterPattern !== LOCKED_LOGIN);
      const groups = resources(template, "AWS::Logs::LogGroup").map(([id]) => ({ Ref: id }));
      expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual(groups);
      const [{ MetricTransformations: [metric] = [] } = {}] = JSON.parse(JSON.stringify(filters));
      for (const { FilterPattern, MetricTransformations } of filters) {
        expect(FilterPattern).toBe('"\\"level\\":\\"ERROR\\""');
        expect(MetricTransformations).toEqual([{ ...metric, MetricValue: "1" }]);
      }
      expect(alarmOn("Alarms/Failures")?.Properties).toMatchObject({
        ...atOnce,
        MetricName: metric.MetricName,
        Namespace: metric.MetricNamespace,
        Statistic: "Sum",
      });
    });

    test("for a function that times out or crashes", () => {
      expect(alarmOn("Alarms/Broken")?.Properties).toMatchObject({
        ...atOnce,
        Namespace: "AWS/ApiGateway",
        MetricName: "IntegrationError",
        Dimensions: expect.arrayContaining([
          { Name: "ApiId", Value: { Ref: expect.stringContaining("Api") } },
          { Name: "Stage", Value: "sip" },
        ]),
      });
    });

    test("for messages that Lambda refuses, for slow ones, and for guessed passwords", () => {
      expect(alarmOn("Throttled")?.Properties).toMatchObject({ ...atOnce, MetricName: "Throttles" });
      expect(alarmOn("Slow")?.Properties).toMatchObject({ MetricName: "Duration", ExtendedStatistic: "p99" });
      const filter = some("AWS::Logs::MetricFilter").find(
        ({ Properties }) => Properties["FilterPattern"] === LOCKED_LOGIN,
      );
      const [metric] = Object(filter?.Properties["MetricTransformations"]);
      expect(alarmOn("Guessing")?.Properties).toMatchObject({ MetricName: metric.MetricName, Threshold: 50 });
    });

    test("for a timer that failed every attempt", () => {
      expect(alarmOn("DeadLettersAlarm")?.Properties).toMatchObject(atOnce);
      expect(some("AWS::CloudWatch::Alarm")).toHaveLength(6);
    });
  });
});
