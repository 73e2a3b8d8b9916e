import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { schema } from "../aws/dynamodb/schema.ts";
import type { SipSignalingProps } from "./props.ts";
import { SipSignaling } from "./sip-signaling.ts";
import { tableNames } from "./tables.ts";
import type { TurnProps } from "./turn.ts";

interface SipStackProps extends StackProps {
  readonly sip?: SipSignalingProps;
  /** TURN servers, with the name of a secret that is in the account already. */
  readonly turn?: Omit<TurnProps, "secret"> & { readonly secretName: string };
}

/** `SipSignaling` alone in a stack, with everything its users need to know as outputs. */
export class SipStack extends Stack {
  constructor(scope: Construct, id: string, { sip, turn, ...props }: SipStackProps = {}) {
    super(scope, id, props);
    const secret = turn && Secret.fromSecretNameV2(this, "TurnSecret", turn.secretName);
    const { url, domains, tables, timers, signingSecret } = new SipSignaling(this, "Sip", {
      ...sip,
      ...(turn && secret && { turn: { ...turn, secret } }),
    });

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output("Url", url, "What phones connect to, with the subprotocol sip");
    output("Domain", domains.join(","), "Domain of the addresses; the first is the realm of the passwords");
    for (const name of tableNames) {
      output(`${schema[name].id}Table`, tables.byName[name].tableName, `Table of the ${name}`);
    }
    output("TimerQueueUrl", timers.queue.queueUrl, "Queue of the timers");
    output("SigningSecretArn", signingSecret.secretArn, "Secret that signs; a backend that makes tickets reads it");
    output("DeadLetterQueueUrl", timers.deadLetters.queueUrl, "Timers that failed every attempt");
  }
}
