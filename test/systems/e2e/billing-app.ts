// A deployment with events on a bus, and the example that bills calls beside it.
import { EventBus } from "aws-cdk-lib/aws-events";
import { App, type AppProps, CfnOutput, Stack } from "aws-cdk-lib/core";
import { CallBilling } from "../../../examples/billing/call-billing.ts";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

export function createApp({ context, ...props }: AppProps): App {
  const metadata = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };
  const app = new App({ ...props, context: { ...context, ...metadata } });
  const stack = new Stack(app, "Billed");
  const eventBus = new EventBus(stack, "Bus");
  const sip = new SipSignaling(stack, "Sip", { domain: "example.com", allowedOrigins: [], records: { eventBus } });
  const { bills } = new CallBilling(stack, "Billing", eventBus);
  void new CfnOutput(stack, "SubscribersTable", { value: sip.subscribersTableName });
  void new CfnOutput(stack, "BillsTable", { value: bills.tableName });
  return app;
}
