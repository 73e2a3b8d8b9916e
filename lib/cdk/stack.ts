import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { schema, tableNames } from "../aws/dynamodb/schema.ts";
import { defaultSettings } from "../sip/policy/settings.ts";
import type { CustomDomain } from "./custom-domain.ts";
import type { HttpCalleesProps } from "./http-callees.ts";
import type { SipSignalingProps } from "./props/signaling.ts";
import { SipSignaling } from "./sip-signaling.ts";
import type { TurnProps } from "./turn.ts";

/** A custom domain by the identifiers of its parts. */
interface NamedHost {
  readonly name: string;
  readonly certificateArn: string;
  readonly hostedZoneId?: string;
}

export interface SipStackProps extends StackProps {
  readonly sip?: SipSignalingProps;
  /** TURN servers, with the name of a secret that is in the account already. */
  readonly turn?: Omit<TurnProps, "secret"> & { readonly secretName: string };
  readonly host?: NamedHost;
  /** Hosts of HTTP callees, with the names of secrets that are in the account already. */
  readonly httpCallees?: Pick<HttpCalleesProps, "hosts"> & { readonly secretNames: readonly string[] };
}

/** `SipSignaling` alone in a stack, with everything its users need to know as outputs. */
export class SipStack extends Stack {
  constructor(scope: Construct, id: string, { sip, turn, host, httpCallees, ...props }: SipStackProps = {}) {
    super(scope, id, props);
    const secret = turn && Secret.fromSecretNameV2(this, "TurnSecret", turn.secretName);
    const deployment = new SipSignaling(this, "Sip", {
      ...sip,
      ...(turn && secret && { turn: { urls: turn.urls, secret, ...ttlOf(turn) } }),
      ...(host && { customDomain: this.customDomain(host) }),
      ...(httpCallees && { httpCallees: this.httpCallees(httpCallees) }),
    });
    const { url, domains, tables, timers, signingSecret, customDomainTarget, phone, pushKeys, records } = deployment;

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output("Url", url, "URL that phones connect to, with the subprotocol sip");
    if (phone) output("PhoneUrl", phone.url, "URL of the phone page");
    output("Domain", domains.join(","), "Domain of the addresses; the first is the realm of the passwords");
    output(
      "Calls",
      sip?.calls ?? defaultSettings.calls,
      "Whether a call has a row until it ends: tracked or stateless",
    );
    for (const name of tableNames) {
      output(`${schema[name].id}Table`, tables.byName[name].tableName, `Table of the ${name}`);
    }
    if (records) output("CallsTable", records.table.tableName, "Table of the call records");
    output("TimerQueueUrl", timers.queue.queueUrl, "Queue of the timers");
    output("SigningSecretArn", signingSecret.secretArn, "Secret that signs; a backend that makes tickets reads it");
    if (pushKeys) {
      output("PushSecretArn", pushKeys.secret.secretArn, "Secret of the VAPID keys; push test reads it");
      output("PushSubject", pushKeys.subject, "How a push service reaches the operator");
      output(
        "PushKeepSeconds",
        String(pushKeys.keepSeconds),
        "Seconds that a phone can be woken after its registration",
      );
    }
    output("DeadLetterQueueUrl", timers.deadLetters.queueUrl, "Timers that failed every attempt");
    if (customDomainTarget === undefined) return;
    output("CustomDomainTarget", customDomainTarget, "Target of a CNAME record for the custom domain");
  }

  private httpCallees({ hosts, secretNames }: NonNullable<SipStackProps["httpCallees"]>): HttpCalleesProps {
    const secrets = secretNames.map((name) => Secret.fromSecretNameV2(this, `HttpSecret ${name}`, name));
    return { hosts, secrets };
  }

  private customDomain({ name, certificateArn, hostedZoneId }: NamedHost): CustomDomain {
    const certificate = Certificate.fromCertificateArn(this, "Certificate", certificateArn);
    if (hostedZoneId === undefined) return { name, certificate };
    const hostedZone = HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName: name });
    return { name, certificate, hostedZone };
  }
}

function ttlOf({ ttlSeconds }: Pick<TurnProps, "ttlSeconds">): Pick<TurnProps, "ttlSeconds"> {
  return ttlSeconds === undefined ? {} : { ttlSeconds };
}
