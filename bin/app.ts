// The deployment: `cdk deploy -c domain=example.com -c origins=https://phone.example.com` (several: separated by commas).
// Further options, all by `-c name=value`:
//   stack           name of the stack; a second deployment in an account and Region needs one (default SipStack)
//   alarmEmail      address that gets mail about failures
//   host, certificate, zoneId    a host name of your own, the ARN of its ACM certificate, its zone of Route 53
//   issuer, audience, claim      tokens of this OpenID Connect issuer instead of passwords
//   where           connect (default): a connection needs a token; register: SIP takes tokens beside passwords
//   phone=yes       deploys the phone page; with client, the ID of a public client, it signs in by the login of the issuer
//   turn, turnSecretName, turnTtl    TURN servers that phones get credentials for
import { App, Tags } from "aws-cdk-lib/core";
import { readAppOptions } from "../lib/cdk/app-options.ts";
import { InvalidPropsError } from "../lib/errors.ts";
import { SipStack } from "../lib/cdk/stack.ts";

const app = new App({
  analyticsReporting: false,
  // The local cloud reads from the template which resource is which, and where its code lies.
  context: { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true },
});

try {
  const { stackName, stack } = readAppOptions((key) => app.node.tryGetContext(key));
  const deployment = new SipStack(app, stackName, {
    description: "SIP over WebSocket: registrar and proxy on API Gateway, Lambda, DynamoDB and SQS",
    ...stack,
  });
  Tags.of(deployment).add("application", "sip-serverless"); // a filter for the bill
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidPropsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
