// A deployment that wakes phones by the push services of the context key `pushHost`, and lets in the pages of `origins`.
import { App, type AppProps } from "aws-cdk-lib/core";
import { SipStack } from "../../../lib/cdk/stack.ts";

export function createApp({ context, ...props }: AppProps): App {
  const metadata = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };
  const app = new App({ ...props, context: { ...context, ...metadata } });
  const origins: unknown = app.node.tryGetContext("origins");
  const allowedOrigins = typeof origins === "string" ? origins.split(",") : [];
  const push = {
    sub: "mailto:ops@example.com",
    hosts: [String(app.node.getContext("pushHost"))],
    refreshBefore: [240, 130],
  };
  void new SipStack(app, "SipStack", { sip: { domain: "example.com", allowedOrigins, push } });
  return app;
}
