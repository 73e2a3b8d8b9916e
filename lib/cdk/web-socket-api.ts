import {
  CfnStage,
  type IpAddressType,
  type ThrottleSettings,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnElement, Names, Stack, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import type { SignalingFunction } from "./functions.ts";
import type { RouteThrottles } from "./throttle.ts";

interface SipWebSocketApiProps {
  readonly throttles: RouteThrottles;
  readonly ipAddressType: IpAddressType;
}

/** The API that clients connect to. Its function `connect` chooses the subprotocol. */
export class SipWebSocketApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Host name of the API, the domain of a deployment that names none. */
  readonly host: string;

  constructor(scope: Construct, id: string, { throttles, ipAddressType }: SipWebSocketApiProps) {
    super(scope, id);
    this.api = new WebSocketApi(this, "Api", {
      apiName: Names.uniqueResourceName(scope, { maxLength: 128, separator: "-" }), // stack and construct
      description: "SIP over WebSocket (RFC 7118)",
      ipAddressType,
    });
    this.stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: "sip",
      autoDeploy: true,
      throttle: throttles.message, // for routes that are added later
    });
    this.throttleRoutes(throttles);
    Validations.of(this.stage).acknowledge({
      id: "AwsSolutions-APIG1",
      reason:
        "An access log may hold the tokens of ?token=…, needs a role that belongs to the whole account, and a line costs more than its message; refusals and their reasons are in the logs of the functions.",
    });
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /**
   * Only `$default` answers: with its route response the Lambda's return value is the SIP reply, one call less. A
   * handshake without subprotocol is not of a SIP client (RFC 7118 §4.1): API Gateway refuses it with 401 and invokes no
   * authorizer.
   */
  route(
    functions: { readonly [key in "$connect" | "$disconnect" | "$default"]: IFunction },
    authorize: IFunction | undefined,
  ): void {
    const identitySource = ["route.request.header.Sec-WebSocket-Protocol"];
    const authorizer = authorize && new WebSocketLambdaAuthorizer("Authorizer", authorize, { identitySource });
    for (const [routeKey, fn] of Object.entries(functions)) {
      const route = this.api.addRoute(routeKey, {
        ...(routeKey === "$connect" && authorizer && { authorizer }),
        integration: new WebSocketLambdaIntegration(routeKey.slice(1), fn),
        ...(routeKey === "$default" ? { returnResponse: true } : {}),
      });
      this.stage.node.addDependency(route); // CloudFormation refuses settings of a route that is not there yet
      if (routeKey === "$connect" && authorizer) continue;
      const reason =
        routeKey === "$connect"
          ? "Without tokens at the handshake, SIP asks for a password (RFC 3261 §22) or a token (RFC 8898) before any other request."
          : "API Gateway authorizes a WebSocket once, at $connect: its other routes cannot have an authorizer.";
      Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason });
    }
  }

  serve({ fn, access }: SignalingFunction): void {
    fn.addEnvironment(variables.callbackUrl, this.stage.callbackUrl);
    for (const method of access.connections) this.allow(fn, `${this.stage.stageName}/${method}/@connections/*`);
  }

  /** The L2 stage has one throttle for all routes; these keys are CloudFormation's. */
  private throttleRoutes({ message, connect, disconnect }: RouteThrottles): void {
    const stage = this.stage.node.defaultChild;
    if (!(stage instanceof CfnStage)) throw new TypeError("a WebSocketStage is made of a CfnStage");
    stage.routeSettings = {
      $connect: settingsOf(connect),
      $default: settingsOf(message),
      $disconnect: settingsOf(disconnect),
    };
  }

  private allow(fn: SignalingFunction["fn"], resourceName: string): void {
    const stack = Stack.of(this);
    const connections = stack.formatArn({ service: "execute-api", resource: this.api.apiId, resourceName });
    fn.addToRolePolicy(new PolicyStatement({ actions: ["execute-api:ManageConnections"], resources: [connections] }));
    const api = this.api.node.defaultChild;
    const name = CfnElement.isCfnElement(api) ? stack.getLogicalId(api) : "";
    const finding = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${name}>/${resourceName}`;
    Validations.of(fn.role ?? fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${finding}]`,
      reason: "Every invocation must reach every connection, and a connection has no name before it is opened.",
    });
  }
}

function settingsOf({ rateLimit, burstLimit }: Required<ThrottleSettings>): object {
  return { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
}
