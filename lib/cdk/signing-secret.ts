import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import type { SignalingFunction } from "./functions.ts";

/**
 * The key that signs flow tokens, nonces and tickets. To rotate it, move `current` to `previous` and put a new `current`; what it
 * signed lives no longer than a call.
 */
export class SigningSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secret = new Secret(this, "Secret", {
      description: "Signs SIP flow tokens, digest nonces and tickets",
      removalPolicy: RemovalPolicy.DESTROY,
      generateSecretString: {
        secretStringTemplate: "{}",
        generateStringKey: "current",
        passwordLength: 64,
        excludePunctuation: true,
      },
    });
  }

  serve({ fn, access }: SignalingFunction): void {
    fn.addEnvironment(variables.signingSecret, this.secret.secretArn);
    if (!access.signs) return;
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [this.secret.secretArn] }),
    );
  }
}
