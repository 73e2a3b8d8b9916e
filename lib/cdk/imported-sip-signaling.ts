import { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { type GrantingTable, SipSignalingBase } from "./sip-signaling-base.ts";

/** The outputs of the deployment's stack. */
export interface SipSignalingAttributes {
  /**
   * The output `Url`.
   * @example "wss://sip.example.com"
   */
  readonly url: string;
  /**
   * The output `Domain`.
   * @example ["example.com"]
   */
  readonly domains: readonly string[];
  /** The output `SubscribersTable`. */
  readonly subscribersTableName: string;
  /** The output `RegistrationsTable`. */
  readonly registrationsTableName: string;
  /** The output `SigningSecretArn`. */
  readonly signingSecretArn: string;
  /**
   * The `encryptionKey` of the deployment.
   * @default - none
   */
  readonly encryptionKey?: IKey;
}

/** A deployment of another stack or app. */
export class ImportedSipSignaling extends SipSignalingBase {
  readonly url: string;
  readonly domains: readonly string[];
  readonly subscribersTableName: string;
  readonly signingSecretArn: string;
  protected readonly subscribers: GrantingTable;
  protected readonly registrations: GrantingTable;
  protected readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, attributes: SipSignalingAttributes) {
    super(scope, id);
    this.url = attributes.url;
    this.domains = attributes.domains;
    this.subscribersTableName = attributes.subscribersTableName;
    this.signingSecretArn = attributes.signingSecretArn;
    this.subscribers = TableV2.fromTableName(this, "Subscribers", attributes.subscribersTableName);
    this.registrations = TableV2.fromTableName(this, "Registrations", attributes.registrationsTableName);
    this.key = attributes.encryptionKey;
  }
}
