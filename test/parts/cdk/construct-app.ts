// A stack with each group of the construct's props, and the uses that other parts of an app make of it.
import { IpAddressType } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { EventBus } from "aws-cdk-lib/aws-events";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Topic } from "aws-cdk-lib/aws-sns";
import { App, type AppProps, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import type { SipSignalingProps } from "../../../lib/cdk/props/signaling.ts";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

const arn = "arn:aws:acm:eu-central-1:111122223333:certificate/a1b2c3";
const backendRole = (stack: Stack) =>
  new Role(stack, "Backend", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });

const stacks: Readonly<Record<string, (stack: Stack) => SipSignalingProps>> = {
  Named: (stack) => ({
    domain: "Example.COM",
    customDomain: {
      name: "sip.example.com",
      certificate: Certificate.fromCertificateArn(stack, "Certificate", arn),
      hostedZone: HostedZone.fromHostedZoneAttributes(stack, "Zone", { hostedZoneId: "Z1", zoneName: "example.com" }),
    },
  }),
  Ipv4: (stack) => ({
    ipAddressType: IpAddressType.IPV4,
    customDomain: { name: "sip.example.org", certificate: Certificate.fromCertificateArn(stack, "Certificate", arn) },
  }),
  Operated: (stack) => ({
    alarmTopic: Topic.fromTopicArn(stack, "Pager", "arn:aws:sns:eu-central-1:111122223333:pager"),
    alarmEmail: "ops@example.com",
    dashboard: true,
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_WEEK,
    logLevel: "WARN",
    logShare: 0.1,
    tracing: true,
    functions: { default: { memoryMegabytes: 1024, provisionedConcurrency: 2 }, timers: { provisionedConcurrency: 1 } },
    tablePrefix: "phones",
  }),
  Recorded: (stack) => ({
    records: { days: 30, metrics: "total", eventBus: new EventBus(stack, "Bus") },
    dashboard: "live",
    tablePrefix: "phones",
  }),
  Encrypted: (stack) => ({ encryptionKey: new Key(stack, "Key"), records: {} }),
  Granting: () => ({ domain: "example.com" }),
};

export function createApp(options: AppProps): App {
  const app = new App({ ...options, context: { "aws:cdk:enable-path-metadata": true } });
  for (const [name, props] of Object.entries(stacks)) {
    const stack = new Stack(app, name, { ...(name === "Encrypted" && { env: { region: "eu-central-1" } }) });
    const sip = new SipSignaling(stack, "Sip", { allowedOrigins: [], ...props(stack) });
    if (name === "Granting") {
      void new SipSignaling(stack, "Second", { allowedOrigins: [] });
      grantAll(sip, stack);
      sip.metricFailures().createAlarm(stack, "Many", { threshold: 10, evaluationPeriods: 1 });
      sip.metricMessages().createAlarm(stack, "Busy", { threshold: 1e6, evaluationPeriods: 1 });
    }
  }

  const importing = new Stack(app, "Importing");
  const attributes = {
    url: "wss://sip.example.com",
    domains: ["example.com"],
    subscribersTableName: "phones-subscribers",
    registrationsTableName: "phones-registrations",
    signingSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:signing-a1b2c3",
  };
  grantAll(SipSignaling.fromAttributes(importing, "Sip", attributes), importing);
  return app;
}

function grantAll(sip: ReturnType<typeof SipSignaling.fromAttributes>, stack: Stack): void {
  const role = backendRole(stack);
  sip.grantManageSubscribers(role);
  sip.grantReadRegistrations(role);
  sip.grantMakeTickets(role);
}
