// The deployment with TURN servers, and their secret by every way there is to name one.
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { App, type AppProps, Stack } from "aws-cdk-lib/core";
import type { SharedSecret } from "../../../lib/cdk/turn.ts";
import { SipSignaling } from "../../../lib/cdk/sip-signaling.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:turn";
const secrets: Readonly<Record<string, (stack: Stack) => SharedSecret>> = {
  Own: (stack) => new Secret(stack, "Secret"),
  Named: (stack) => Secret.fromSecretNameV2(stack, "Secret", "turn"),
  Whole: (stack) => Secret.fromSecretCompleteArn(stack, "Secret", `${arn}-a1b2c3`),
  Encrypted: (stack) => {
    const encryptionKey = Key.fromKeyArn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/turn");
    return Secret.fromSecretAttributes(stack, "Secret", { secretCompleteArn: `${arn}-a1b2c3`, encryptionKey });
  },
};

export function createApp(props: AppProps): App {
  const app = new App({ ...props, context: { "aws:cdk:enable-path-metadata": true } });
  for (const [name, secret] of Object.entries(secrets)) {
    const stack = new Stack(app, name);
    const turn = { urls: ["turn:turn.example.com"], secret: secret(stack), ttlSeconds: 600 };
    void new SipSignaling(stack, "Sip", { domain: "example.com", turn });
  }
  return app;
}
