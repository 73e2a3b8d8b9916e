import { join } from "node:path";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import { NO_PAGE } from "../aws/authorizer/origins.ts";
import type { TokenSettings } from "../aws/authorizer/token-settings.ts";
import { defaultSettings, type Settings } from "../sip/policy/settings.ts";
import { access, type Access } from "./access.ts";

/** A Lambda that runs the signaling, with what it may do. */
export interface SignalingFunction {
  readonly fn: Lambda;
  readonly access: Access;
}

/**
 * All under API Gateway's 29 s. A phone waits for `connect` and `default`; the retry of a failed timer waits six times
 * as long as `timers` may take. `authorize` may have to ask the issuer three times for two seconds.
 */
export const timeouts = {
  authorize: Duration.seconds(8),
  connect: Duration.seconds(3),
  default: Duration.seconds(10),
  disconnect: Duration.seconds(10),
  rotate: Duration.seconds(10),
  timers: Duration.seconds(5),
} as const;

/**
 * Memory buys CPU: at 512 MB a third of a core. `default` and `timers` are CPU bound by the calls they make and people
 * wait for them, as for the signatures of `authorize`; `connect` makes one call at most and nobody waits for `disconnect`.
 */
const megabytes = { authorize: 512, connect: 256, default: 512, disconnect: 256, rotate: 256, timers: 512 } as const;

interface FunctionsProps {
  /** Folder with a `<name>/index.mjs` for each function. */
  readonly code: string;
  readonly domains: readonly string[];
  readonly settings: Partial<Settings>;
  readonly allowedOrigins: readonly string[];
  /** What tokens are taken, and whether by the door or by SIP. */
  readonly tokens: TokenSettings | undefined;
  readonly asksForTokensIn: "door" | "register" | undefined;
}

/** The functions of `lambdas/`. */
export class Functions extends Construct {
  /** Only where the door asks for tokens. */
  readonly authorize: SignalingFunction | undefined;
  readonly connect: SignalingFunction;
  readonly default: SignalingFunction;
  readonly disconnect: SignalingFunction;
  readonly timers: SignalingFunction;
  /** Rotates the signing secret. */
  readonly rotate: Lambda;
  /** Those that know of tables, keys and connections. */
  readonly all: readonly SignalingFunction[];
  /** Where they write, one each. */
  readonly logGroups: LogGroup[] = [];

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { code, domains, settings, allowedOrigins, tokens, asksForTokensIn } = props;
    const origins = { [variables.origins]: allowedOrigins.join(",") || NO_PAGE };
    const stack = Stack.of(this);
    const policy = { [variables.domains]: domains.join(","), [variables.settings]: stack.toJsonString(settings) };
    const taking = { ...policy, ...(tokens && { [variables.tokens]: stack.toJsonString(tokens) }) };
    if (asksForTokensIn === "door") {
      this.authorize = { fn: this.create("authorize", code, taking), access: access.authorize };
    }
    const { loginSeconds = defaultSettings.loginSeconds } = settings;
    const deadline = asksForTokensIn !== "door" && { [variables.loginSeconds]: String(loginSeconds) };
    this.connect = { fn: this.create("connect", code, { ...origins, ...deadline }), access: access.connect };
    const ofSip = asksForTokensIn === "register" ? taking : policy;
    this.default = { fn: this.create("default", code, ofSip), access: access.default };
    this.disconnect = { fn: this.create("disconnect", code, policy), access: access.disconnect };
    this.timers = { fn: this.create("timers", code, policy), access: access.timers };
    this.rotate = this.create("rotate", code, {});
    this.all = [...(this.authorize ? [this.authorize] : []), this.default, this.disconnect, this.timers];
  }

  private create(name: keyof typeof timeouts, code: string, environment: Record<string, string>): Lambda {
    const scope = new Construct(this, name);
    const logGroup = new LogGroup(scope, "Logs", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroups.push(logGroup);
    // A role of its own, because the managed policy that CDK would attach lets a function write to every log group.
    const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [logGroup.logGroupArn],
      }),
    );
    return new Lambda(scope, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(join(code, name)),
      memorySize: megabytes[name],
      timeout: timeouts[name],
      environment,
      logGroup,
      role,
    });
  }
}
