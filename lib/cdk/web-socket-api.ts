import { type ThrottleSettings, WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { CfnElement, Stack, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import type { SignalingFunction } from "./functions.ts";

/** The door clients connect to. It chooses no subprotocol itself: `$connect` does. */
export class SipWebSocketApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Host name of the API, the domain of a deployment that names none. */
  readonly host: string;

  constructor(scope: Construct, id: string, { throttle }: { readonly throttle: ThrottleSettings | undefined }) {
    super(scope, id);
    this.api = new WebSocketApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      description: "SIP over WebSocket (RFC 7118)",
    });
    this.stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: "sip",
      autoDeploy: true,
      ...(throttle === undefined ? {} : { throttle }),
    });
    Validations.of(this.stage).acknowledge({
      id: "AwsSolutions-APIG1",
      reason:
        "An access log needs a role that belongs to the whole account, and a line costs more than the message it is about; who was refused, and why, is in the log of the functions.",
    });
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /**
   * Only `$default` answers: with its route response a SIP reply is the Lambda's return value, for one call less. The
   * authorizer is asked of those who offer a subprotocol: whoever does not is no SIP client (RFC 7118 §4.1), and API
   * Gateway turns it away with 401 without a Lambda.
   */
  route(
    functions: { readonly [key in "$connect" | "$disconnect" | "$default"]: Lambda },
    authorize: Lambda | undefined,
  ): void {
    const identitySource = ["route.request.header.Sec-WebSocket-Protocol"];
    const authorizer = authorize && new WebSocketLambdaAuthorizer("Authorizer", authorize, { identitySource });
    for (const [routeKey, fn] of Object.entries(functions)) {
      const route = this.api.addRoute(routeKey, {
        ...(routeKey === "$connect" && authorizer && { authorizer }),
        integration: new WebSocketLambdaIntegration(routeKey.slice(1), fn),
        ...(routeKey === "$default" ? { returnResponse: true } : {}),
      });
      if (routeKey === "$connect" && authorizer) continue;
      const reason =
        routeKey === "$connect"
          ? "This deployment asks for no tokens here: SIP asks for a password (RFC 3261 §22) or a token (RFC 8898) before it does anything."
          : "API Gateway authorizes a WebSocket once, at $connect: its other routes cannot have an authorizer.";
      Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason });
    }
  }

  serve({ fn, access }: SignalingFunction): void {
    fn.addEnvironment(variables.callbackUrl, this.stage.callbackUrl);
    for (const method of access.connections) this.allow(fn, `${this.stage.stageName}/${method}/@connections/*`);
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
      reason: "Any invocation must reach any connection, and connections have no names before they are made.",
    });
  }
}
