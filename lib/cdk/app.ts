// The CDK app of a deployment: one stack, with the options of the command line.
import { App, type AppProps, Tags } from "aws-cdk-lib/core";
import { readAppOptions } from "./app-options.ts";
import { SipStack } from "./stack.ts";

/** Throws an `InvalidPropsError` for options that cannot be deployed. */
export function createApp({ context, ...props }: AppProps = {}): App {
  const app = new App({
    analyticsReporting: false,
    ...props,
    // The local cloud reads from the template which resource is which, and where its code lies.
    context: { ...context, "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true },
  });
  const { stackName, stack } = readAppOptions((key) => app.node.tryGetContext(key));
  const deployment = new SipStack(app, stackName, {
    description: "SIP over WebSocket: registrar and proxy on API Gateway, Lambda, DynamoDB and SQS",
    ...stack,
  });
  Tags.of(deployment).add("application", "sip-serverless"); // a filter for the bill
  return app;
}
