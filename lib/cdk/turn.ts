import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { Stack } from "aws-cdk-lib/core";
import { variables } from "../aws/environment.ts";
import { defaultTtlSeconds, type TurnSettings } from "../sip/turn/turn-servers.ts";
import type { TurnProps } from "./props.ts";

/** Lets a function hand out credentials for the TURN servers: it may read this one secret, and nobody else may. */
export function serveTurn(fn: Lambda, { urls, secret, ttlSeconds = defaultTtlSeconds }: TurnProps): void {
  const stack = Stack.of(fn);
  const settings: TurnSettings = { urls, ttlSeconds };
  fn.addEnvironment(variables.turn, stack.toJsonString(settings));
  fn.addEnvironment(variables.turnSecret, secret.secretFullArn ?? secret.secretArn);
  // Not `grantRead`, which lets it describe the secret too. An ARN that was made of a name lacks six random characters.
  const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  fn.addToRolePolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [arn] }));
  if (secret.encryptionKey === undefined) return;
  const byWayOf = { "kms:ViaService": `secretsmanager.${stack.region}.amazonaws.com` };
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ["kms:Decrypt"],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: byWayOf },
    }),
  );
}
