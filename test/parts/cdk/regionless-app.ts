// A key of its own in a stack without a Region, which is refused.
import { Key } from "aws-cdk-lib/aws-kms";
import { App, type AppProps, Stack } from "aws-cdk-lib/core";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

export function createApp(props: AppProps): App {
  const app = new App(props);
  const stack = new Stack(app, "Regionless");
  void new SipSignaling(stack, "Sip", { allowedOrigins: [], encryptionKey: new Key(stack, "Key") });
  return app;
}
