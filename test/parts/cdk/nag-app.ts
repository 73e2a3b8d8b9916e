// The deployment with as little as can be asked for, with the phone page, and with all the rest, judged by cdk-nag, and
// a secret that it must not like. The report is in the assembly.
import { UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import { EventBus } from "aws-cdk-lib/aws-events";
import { App, type AppProps, Stack, Tags, Validations } from "aws-cdk-lib/core";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { AwsSolutionsChecks } from "cdk-nag";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

export function createApp(props: AppProps): App {
  const app = new App({ ...props, context: { "aws:cdk:enable-path-metadata": true } });
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app, { verbose: true, writeSuppressionsToCloudFormation: true }),
  );

  const guarded = new Stack(app, "Guarded");
  const userPool = UserPool.fromUserPoolId(guarded, "People", "eu-central-1_people");
  const client = UserPoolClient.fromUserPoolClientId(guarded, "Phone", "phone");
  const deployments = [
    new SipSignaling(new Stack(app, "Plain"), "Sip"),
    new SipSignaling(new Stack(app, "Page"), "Sip", { phone: {} }),
    new SipSignaling(guarded, "Sip", {
      domain: "example.com",
      allowedOrigins: ["https://phone.example.com"],
      tokens: { userPool, client },
      dashboard: "live",
      records: { metrics: "total", eventBus: EventBus.fromEventBusName(guarded, "Bus", "default") },
      turn: { urls: ["turn:turn.example.com"], secret: Secret.fromSecretNameV2(guarded, "Turn", "turn") },
    }),
  ];
  const control = new Secret(new Stack(app, "Control"), "NeverRotated"); // so that silence means something
  for (const deployment of [...deployments, control]) Tags.of(deployment).add("application", "sip-serverless");
  return app;
}
