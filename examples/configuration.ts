// Made by `npm run docs`: the example of each prop in docs/configuration.md, for the compiler.
import { Stack, RemovalPolicy } from "aws-cdk-lib";
import { IpAddressType } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import { Key } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { defaultLockoutPolicy, defaultMessagePolicy, defaultRatePolicy, SipSignaling } from "sip-serverless";

export class Examples extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const hostedZone = HostedZone.fromLookup(this, "Zone", { domainName: "example.com" });
    const validation = CertificateValidation.fromDns(hostedZone);
    const certificate = new Certificate(this, "Certificate", { domainName: "sip.example.com", validation });
    new SipSignaling(this, "domain", { domain: "example.com" });
    new SipSignaling(this, "domains", { domains: ["example.com", "example.org"] });
    new SipSignaling(this, "registration", { registration: { min: 60, default: 300, max: 540 } });
    new SipSignaling(this, "maxBindings", { maxBindings: 3 });
    new SipSignaling(this, "whenFull", { whenFull: "replace-oldest" });
    new SipSignaling(this, "digestAlgorithms", { digestAlgorithms: ["SHA-256"] });
    new SipSignaling(this, "lockout", { lockout: { ...defaultLockoutPolicy, pair: { failures: 3, firstSeconds: 60, longestSeconds: 3600 } } });
    new SipSignaling(this, "ringSeconds", { ringSeconds: 300 });
    new SipSignaling(this, "routing", { routing: "redirect" });
    new SipSignaling(this, "routingByDomain", { routingByDomain: { "example.org": "redirect" } });
    new SipSignaling(this, "followsRedirects", { followsRedirects: true });
    new SipSignaling(this, "laterAnswers", { laterAnswers: "end" });
    new SipSignaling(this, "ringOnReturn", { ringOnReturn: "with the next look" });
    new SipSignaling(this, "calls", { calls: "stateless" });
    new SipSignaling(this, "lostCallSeconds", { lostCallSeconds: 300 });
    new SipSignaling(this, "longestCallSeconds", { longestCallSeconds: 7200 });
    new SipSignaling(this, "messages", { messages: { ...defaultMessagePolicy, keepSeconds: 86400 } });
    new SipSignaling(this, "peers", { peers: { "pstn.example": "sip:gateway@example.com" } });
    new SipSignaling(this, "rates", { rates: { ...defaultRatePolicy, flowRequests: { perSecond: 50, burst: 500 } } });
    new SipSignaling(this, "loginSeconds", { loginSeconds: 60 });
    new SipSignaling(this, "allowedOrigins", { allowedOrigins: ["https://phone.example.com"] });
    new SipSignaling(this, "tokens", { tokens: { issuer: "https://login.example.com/", audience: "phone" } });
    new SipSignaling(this, "customDomain", { customDomain: { name: "sip.example.com", certificate, hostedZone } });
    new SipSignaling(this, "ipAddressType", { ipAddressType: IpAddressType.IPV4 });
    new SipSignaling(this, "throttle", { throttle: { rateLimit: 50, burstLimit: 100, connect: { rateLimit: 10, burstLimit: 20 } } });
    new SipSignaling(this, "turn", { turn: { urls: ["turn:turn.example.com:3478"], secret: Secret.fromSecretNameV2(this, "Turn", "turn") } });
    new SipSignaling(this, "push", { push: { sub: "mailto:ops@example.com" } });
    new SipSignaling(this, "httpCallees", { httpCallees: { hosts: ["whip.example.com"], secrets: [Secret.fromSecretNameV2(this, "Whip", "whip-token")] } });
    new SipSignaling(this, "phone", { phone: { domainName: "phone.example.com", certificate } });
    new SipSignaling(this, "alarmTopic", { alarmTopic: Topic.fromTopicArn(this, "Pager", "arn:aws:sns:eu-central-1:111122223333:pager") });
    new SipSignaling(this, "alarmEmail", { alarmEmail: "ops@example.com" });
    new SipSignaling(this, "dashboard", { dashboard: "live" });
    new SipSignaling(this, "records", { records: { days: 90, metrics: "total" } });
    new SipSignaling(this, "removalPolicy", { removalPolicy: RemovalPolicy.DESTROY });
    new SipSignaling(this, "logRetention", { logRetention: RetentionDays.ONE_WEEK });
    new SipSignaling(this, "logLevel", { logLevel: "WARN" });
    new SipSignaling(this, "logShare", { logShare: 0.1 });
    new SipSignaling(this, "tracing", { tracing: true });
    new SipSignaling(this, "functions", { functions: { default: { memoryMegabytes: 1024, provisionedConcurrency: 2 } } });
    new SipSignaling(this, "encryptionKey", { encryptionKey: new Key(this, "Key", { enableKeyRotation: true }) });
    new SipSignaling(this, "tablePrefix", { tablePrefix: "phones" });
    new SipSignaling(this, "rotationDays", { rotationDays: 7 });
  }
}
