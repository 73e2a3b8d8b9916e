// A deployment that wakes phones by the push services of the context key `pushHost`, and lets in the pages of `origins`.
import { App, type AppProps, CfnOutput, Stack } from "aws-cdk-lib/core";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

export function createApp({ context, ...props }: AppProps): App {
  const metadata = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };
  const app = new App({ ...props, context: { ...context, ...metadata } });
  const stack = new Stack(app, "SipStack");
  const origins: unknown = app.node.tryGetContext("origins");
  const allowedOrigins = typeof origins === "string" ? origins.split(",") : [];
  const push = { sub: "mailto:ops@example.com", hosts: [String(app.node.getContext("pushHost"))] };
  const sip = new SipSignaling(stack, "Sip", { domain: "example.com", allowedOrigins, push });
  void new CfnOutput(stack, "SubscribersTable", { value: sip.subscribersTableName });
  return app;
}
