// The interface of a deployment for other parts of an app, such as a backend or a dashboard.
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct, type IConstruct } from "constructs";

export interface ISipSignaling extends IConstruct {
  /** URL that phones connect to, `wss://…`. */
  readonly url: string;
  /** Domains of the addresses; the first names the server. */
  readonly domains: readonly string[];
  /** Name of the table of subscribers, for `createSubscribers` of `sip-serverless/subscribers`. */
  readonly subscribersTableName: string;
  /** ARN of the signing secret, whose value `createTicket` of `sip-serverless/tickets` takes. */
  readonly signingSecretArn: string;
  /**
   * Lets a backend add, read and remove subscribers, as `sip-serverless/subscribers` does.
   * @example sip.grantManageSubscribers(signUp)
   */
  grantManageSubscribers(grantee: IGrantable): Grant;
  /**
   * Lets a backend read the registered devices.
   * @example sip.grantReadRegistrations(dashboard)
   */
  grantReadRegistrations(grantee: IGrantable): Grant;
  /**
   * Lets a backend sign tickets, and so speak for every user.
   * @example sip.grantMakeTickets(backend)
   */
  grantMakeTickets(grantee: IGrantable): Grant;
}

/** The used part of `ITableV2`, which `TableV2` does not satisfy under `exactOptionalPropertyTypes`. */
export type GrantingTable = Pick<ITableV2, "grant">;

/** The grants that the functions need for the calls of the package's own code. */
export abstract class SipSignalingBase extends Construct implements ISipSignaling {
  abstract readonly url: string;
  abstract readonly domains: readonly string[];
  abstract readonly subscribersTableName: string;
  abstract readonly signingSecretArn: string;
  protected abstract readonly subscribers: GrantingTable;
  protected abstract readonly registrations: GrantingTable;
  protected abstract readonly key: IKey | undefined;

  grantManageSubscribers(grantee: IGrantable): Grant {
    this.key?.grantEncryptDecrypt(grantee);
    return this.subscribers.grant(grantee, ...read, ...["PutItem", "UpdateItem", "DeleteItem"].map(dynamodb));
  }

  grantReadRegistrations(grantee: IGrantable): Grant {
    this.key?.grantDecrypt(grantee);
    return this.registrations.grant(grantee, ...read);
  }

  grantMakeTickets(grantee: IGrantable): Grant {
    this.key?.grantDecrypt(grantee);
    const actions = ["secretsmanager:GetSecretValue"];
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.signingSecretArn] });
  }
}

const dynamodb = (action: string): string => `dynamodb:${action}`;
const read = ["GetItem", "BatchGetItem", "Scan"].map(dynamodb);
