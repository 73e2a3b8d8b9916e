import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { schema } from "../aws/dynamodb/schema.ts";
import type { SipSignalingProps } from "./props.ts";
import { SipSignaling } from "./sip-signaling.ts";
import { tableNames } from "./tables.ts";

/** `SipSignaling` alone in a stack, with everything its users need to know as outputs. */
export class SipStack extends Stack {
  constructor(scope: Construct, id: string, { sip, ...props }: StackProps & { readonly sip?: SipSignalingProps } = {}) {
    super(scope, id, props);
    const { url, domains, tables, timers, signingSecret } = new SipSignaling(this, "Sip", sip);

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
