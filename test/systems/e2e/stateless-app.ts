// The deployment with calls that have no row.
import { App, type AppProps } from "aws-cdk-lib/core";
import { SipStack } from "../../../lib/cdk/stack.ts";

export function createApp({ context, ...props }: AppProps): App {
  const metadata = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };
  const app = new App({ ...props, context: { ...context, ...metadata } });
  void new SipStack(app, "Stateless", { sip: { domain: "example.com", calls: "stateless" } });
  return app;
}
