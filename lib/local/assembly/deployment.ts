// The deployment in our words: everything the local cloud needs to run a synthesized stack, with every reference resolved.
import type { Statement } from "../iam/policy.ts";
import type { JsonObject } from "../json.ts";

export interface Deployment {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly functions: readonly FunctionSpec[];
  readonly api: ApiSpec;
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly eventSources: readonly EventSourceSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly outputs: Readonly<Record<string, string>>;
}

export interface FunctionSpec {
  readonly logicalId: string;
  /** Short word for logs, the construct's id: `default`. */
  readonly label: string;
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the folder that would be uploaded. */
  readonly code: string;
  /** `file.export`, the file without its ending. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleName: string;
  /** What its role may do. */
  readonly statements: readonly Statement[];
  /** Who may invoke it (`AWS::Lambda::Permission`). */
  readonly invokers: readonly Invoker[];
}

export interface Invoker {
  /** `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** Pattern; absent: anything of that service. */
  readonly sourceArn?: string;
}

export interface ApiSpec {
  readonly id: string;
  readonly stage: string;
  readonly arn: string;
  /** Host name in the events of the API. */
  readonly domainName: string;
  readonly routes: Readonly<Record<string, RouteSpec>>;
}

export interface RouteSpec {
  /** ARN of the function behind it. */
  readonly target: string;
  /** The route has a RouteResponse: what the function returns goes to the sender. */
  readonly repliesByReturn: boolean;
  readonly authorizer?: AuthorizerSpec;
  /** Requests a second, and how many at once; absent: as many as the account may have. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
}

export interface AuthorizerSpec {
  readonly id: string;
  readonly target: string;
  /** `route.request.header.X`, `route.request.querystring.X`; each must be there. */
  readonly identitySources: readonly string[];
}

export interface TableSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Properties that DynamoDB's CreateTable takes as the template has them. */
  readonly definition: JsonObject;
}

export interface QueueSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly delaySeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly targetArn: string; readonly maxReceiveCount: number };
}

export interface EventSourceSpec {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly target: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
}

export interface SecretSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly source: SecretSource;
  /** ARN of the function that rotates it, if it has one. */
  readonly rotatedBy?: string | undefined;
}

export type SecretSource =
  | { readonly kind: "given"; readonly value: string }
  | {
      readonly kind: "generated";
      readonly length: number;
      readonly excluded: string;
      /** JSON object that the generated text is put into under `key`. */
      readonly into?: { readonly template: JsonObject; readonly key: string };
    };
