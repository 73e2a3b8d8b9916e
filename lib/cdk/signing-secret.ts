import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { CfnRotationSchedule, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import type { SignalingFunction } from "./functions.ts";

/**
 * The key that signs flow tokens, nonces and tickets. A signature is valid until the second rotation after its key was
 * made.
 */
export class SigningSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, encryptionKey?: IKey) {
    super(scope, id);
    this.secret = new Secret(this, "Secret", {
      description: "Signs SIP flow tokens, digest nonces and tickets",
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
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

  /** The first rotation is at once. Not the L2's schedule, whose policy reaches further than this secret. */
  rotateBy(fn: Lambda, days: number): void {
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"].map(
          (action) => `secretsmanager:${action}`,
        ),
        resources: [this.secret.secretArn],
      }),
    );
    const principal = new ServicePrincipal("secretsmanager.amazonaws.com");
    fn.addPermission("Rotation", { principal, sourceAccount: Stack.of(this).account });
    const schedule = new CfnRotationSchedule(this, "Rotation", {
      secretId: this.secret.secretArn,
      rotationLambdaArn: fn.functionArn,
      rotationRules: { automaticallyAfterDays: days },
    });
    schedule.node.addDependency(fn.node.scope ?? fn); // with its role and the permission to invoke it
  }
}
