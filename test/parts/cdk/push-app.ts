// The deployment that wakes phones by push.
import { App, type AppProps, Stack } from "aws-cdk-lib/core";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

export function createApp(props: AppProps): App {
  const app = new App({ ...props, context: { "aws:cdk:enable-path-metadata": true } });
  const stack = new Stack(app, "SipStack");
  void new SipSignaling(stack, "Sip", { domain: "example.com", push: { sub: "mailto:ops@example.com" } });
  return app;
}
