import { join } from "node:path";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as Lambda,
  type IFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import { NO_PAGE } from "../aws/api-gateway/origins.ts";
import type { TokenSettings } from "../aws/authorizer/token-settings.ts";
import { defaultSettings, type Settings } from "../sip/policy/settings.ts";
import { access, type Access } from "./access.ts";
import { senders, withPush } from "./bundle.ts";
import { type FunctionName, megabytes, type Timeouts } from "./function-defaults.ts";
import type { OperationProps } from "./props/operations.ts";

/** A Lambda that runs the signaling, with its grants. */
export interface SignalingFunction {
  readonly fn: Lambda;
  /** Invoked by routes and queues: the function, or the alias of its provisioned concurrency. */
  readonly target: IFunction;
  readonly access: Access;
}

interface FunctionsProps
  extends Pick<
    OperationProps,
    "functions" | "logRetention" | "logLevel" | "logShare" | "tracing" | "encryptionKey" | "records" | "dashboard"
  > {
  readonly times: Timeouts;
  /** Folder with a `<name>/index.mjs` for each function. */
  readonly code: string;
  /** The package for pushes lies beside the functions that send some. */
  readonly sendsPushes: boolean;
  readonly domains: readonly string[];
  readonly settings: Partial<Settings>;
  readonly allowedOrigins: readonly string[];
  /** Accepted tokens, and whether at the handshake or in SIP. */
  readonly tokens: TokenSettings | undefined;
  readonly tokensAt: "connect" | "register" | undefined;
}

/** The functions of `lambdas/`. */
export class Functions extends Construct {
  /** Only where the handshake asks for tokens. */
  readonly authorize: SignalingFunction | undefined;
  readonly connect: SignalingFunction;
  readonly default: SignalingFunction;
  readonly disconnect: SignalingFunction;
  readonly timers: SignalingFunction;
  /** Rotates the signing secret. */
  readonly rotate: Lambda;
  /** Makes records of the lines of `observed`; only where `records` asks for it. */
  readonly record: Lambda | undefined;
  /** Draws the live page in the dashboard; only where `dashboard` is "live". */
  readonly widget: Lambda | undefined;
  /** The functions that use tables, keys and connections. */
  readonly all: readonly SignalingFunction[];
  /** One log group per function. */
  readonly logGroups: LogGroup[] = [];
  /** The functions that write lines about messages, handshakes and timers. */
  readonly observed: readonly Lambda[];
  private readonly props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    const { domains, settings, allowedOrigins, tokens, tokensAt } = props;
    const origins = { [variables.origins]: allowedOrigins.join(",") || NO_PAGE };
    const stack = Stack.of(this);
    const policy = { [variables.domains]: domains.join(","), [variables.settings]: stack.toJsonString(settings) };
    const withTokens = { ...policy, ...(tokens && { [variables.tokens]: stack.toJsonString(tokens) }) };
    const { loginSeconds = defaultSettings.loginSeconds } = settings;
    const deadline = tokensAt !== "connect" && { [variables.loginSeconds]: String(loginSeconds) };

    this.authorize = tokensAt === "connect" ? this.signaling("authorize", withTokens) : undefined;
    this.connect = this.signaling("connect", { ...origins, ...deadline });
    this.default = this.signaling("default", tokensAt === "register" ? withTokens : policy);
    this.disconnect = this.signaling("disconnect", policy);
    this.timers = this.signaling("timers", policy);
    this.rotate = this.create("rotate", {});
    this.observed = [this.authorize, this.connect, this.default, this.disconnect, this.timers].flatMap((one) =>
      one === undefined ? [] : [one.fn],
    );
    this.record = props.records === undefined ? undefined : this.create("record", {});
    this.widget = props.dashboard === "live" ? this.create("widget", {}) : undefined;
    this.all = [...(this.authorize ? [this.authorize] : []), this.default, this.disconnect, this.timers];
  }

  private signaling(name: keyof typeof access, environment: Record<string, string>): SignalingFunction {
    const { logShare = 1 } = this.props;
    const share = logShare !== 1 && { [variables.logShare]: String(logShare) };
    const fn = this.create(name, { ...environment, ...share });
    const warm = this.props.functions?.[name]?.provisionedConcurrency;
    const target = warm === undefined ? fn : fn.addAlias("warm", { provisionedConcurrentExecutions: warm });
    if (!isFunction(target)) throw new TypeError("an alias is a function");
    return { fn, target, access: access[name] };
  }

  private create(name: FunctionName, environment: Record<string, string>): Lambda {
    const {
      code,
      sendsPushes,
      functions,
      logRetention = RetentionDays.ONE_MONTH,
      logLevel = "INFO",
      tracing,
      encryptionKey,
      times,
    } = this.props;
    const scope = new Construct(this, name);
    const logGroup = new LogGroup(scope, "Logs", {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    this.logGroups.push(logGroup);
    const fn = new Lambda(scope, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(join(code, sendsPushes && senders.some((one) => one === name) ? withPush(name) : name)),
      memorySize: functions?.[name]?.memoryMegabytes ?? megabytes[name],
      timeout: times[name],
      environment,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel[logLevel],
      systemLogLevelV2: SystemLogLevel.WARN, // without START, END and REPORT, which cost more than the lines between them
      role: roleFor(scope, logGroup),
      ...(tracing && { tracing: Tracing.ACTIVE }),
      ...(encryptionKey && { environmentEncryption: encryptionKey }),
    });
    encryptionKey?.grantEncryptDecrypt(fn);
    return fn;
  }
}

/** `Alias` implements `IFunction`, which the compiler does not see under `exactOptionalPropertyTypes`. */
function isFunction(target: object): target is IFunction {
  return "functionArn" in target && "addEventSource" in target;
}

/** A role of its own, because the managed policy that CDK attaches lets a function write to every log group. */
function roleFor(scope: Construct, { logGroupArn }: LogGroup): Role {
  const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  const actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
  role.addToPolicy(new PolicyStatement({ actions, resources: [logGroupArn] }));
  return role;
}

/** CloudWatch Logs must be allowed to use a key; the other services come with the rights of the caller. */
export function letLogsUse(key: IKey, stack: Stack): void {
  key.grantEncryptDecrypt(new ServicePrincipal(`logs.${stack.region}.amazonaws.com`));
}
