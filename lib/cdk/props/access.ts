// Props that limit connections: their origin, their host name, and their rate.
import type { IpAddressType } from "aws-cdk-lib/aws-apigatewayv2";
import type { CustomDomain } from "../custom-domain.ts";
import type { PhoneProps } from "../phone-site.ts";
import type { Throttle } from "../throttle.ts";
import type { IssuerTokens, UserPoolTokens } from "../tokens.ts";
import type { PushProps } from "../push.ts";
import type { HttpCalleesProps } from "../http-callees.ts";
import type { TurnProps } from "../turn.ts";

export interface AccessProps {
  /**
   * Origins of the web pages that may connect. `http://localhost:*` allows every port, `*` alone allows every page. Apps
   * and devices send no Origin and need no entry.
   * @default - no page may connect, and synthesis warns; `[]` means the same without the warning
   * @example ["https://phone.example.com"]
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Your login as the SIP identity: tokens of an OpenID Connect issuer or a Cognito user pool.
   * @default - none: SIP asks for a password
   * @example { issuer: "https://login.example.com/", audience: "phone" }
   */
  readonly tokens?: IssuerTokens | UserPoolTokens;
  /**
   * Your own host name for the WebSocket. Phones have the URL built in, and the name of the API changes when the API is
   * created again; this one stays.
   * @default - the host name of the API
   * @example { name: "sip.example.com", certificate, hostedZone }
   */
  readonly customDomain?: CustomDomain;
  /**
   * IP versions of the API and of `customDomain`. Rates of IPv6 clients are counted by /64.
   * @default IpAddressType.DUAL_STACK
   * @example IpAddressType.IPV4
   */
  readonly ipAddressType?: IpAddressType;
  /**
   * Messages, new connections and ended connections a second that API Gateway lets through, all clients together.
   * @default - 4000 messages (burst 2000), 200 connections (400), 1000 ends (2000)
   * @example { rateLimit: 50, burstLimit: 100, connect: { rateLimit: 10, burstLimit: 20 } }
   */
  readonly throttle?: Throttle;
  /**
   * TURN servers for which signed-in phones get credentials.
   * @default - none
   * @example { urls: ["turn:turn.example.com:3478"], secret: Secret.fromSecretNameV2(this, "Turn", "turn") }
   */
  readonly turn?: TurnProps;
  /**
   * Phones without a connection are woken by Web Push (RFC 8599) for calls and texts: `docs/wake-up.md`. Its VAPID keys are
   * made by the deployment.
   * @default - phones without a connection are not reached
   * @example { sub: "mailto:ops@example.com" }
   */
  readonly push?: PushProps;
  /**
   * Hosts and tokens of endpoints that answer calls over HTTP (WHIP and its like): docs/http-callees.md.
   * @default - no address is answered over HTTP
   * @example { hosts: ["whip.example.com"], secrets: [Secret.fromSecretNameV2(this, "Whip", "whip-token")] }
   */
  readonly httpCallees?: HttpCalleesProps;
  /**
   * Deploys the phone page too: a bucket behind CloudFront, whose origin may connect.
   * @default - no page
   * @example { domainName: "phone.example.com", certificate }
   */
  readonly phone?: PhoneProps;
}
