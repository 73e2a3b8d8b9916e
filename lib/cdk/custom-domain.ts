// A host name of one's own in front of the WebSocket API.
import {
  ApiMapping,
  DomainName,
  IpAddressType,
  type WebSocketApi,
  type WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import { Token } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { HOST_NAME } from "./validation/domains.ts";

export interface CustomDomain {
  /**
   * Host name, in the zone and covered by the certificate.
   * @example "sip.example.com"
   */
  readonly name: string;
  /**
   * Certificate of ACM in the Region of the stack.
   * @example new Certificate(this, "Certificate", { domainName: "sip.example.com", validation })
   */
  readonly certificate: ICertificate;
  /**
   * Zone of Route 53 that gets the A and AAAA records.
   * @default - none: point the name at `sip.customDomainTarget` in your DNS
   * @example HostedZone.fromLookup(this, "Zone", { domainName: "example.com" })
   */
  readonly hostedZone?: IHostedZone;
}

interface CustomDomainNameProps extends CustomDomain {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly ipAddressType: IpAddressType;
}

/** The name, its mapping to the stage, and its records. */
export class CustomDomainName extends Construct {
  readonly url: string;
  /** Target of the CNAME record to create where another provider has the DNS zone. */
  readonly target: string;

  constructor(scope: Construct, id: string, props: CustomDomainNameProps) {
    super(scope, id);
    const { name, certificate, hostedZone, api, stage, ipAddressType } = props;
    const domainName = new DomainName(this, "Name", { domainName: name, certificate, ipAddressType });
    void new ApiMapping(this, "Mapping", { api, domainName, stage });
    this.url = `wss://${name}`;
    this.target = domainName.regionalDomainName;
    if (hostedZone === undefined) return;
    const { regionalDomainName, regionalHostedZoneId } = domainName;
    const target = RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId));
    const record = { zone: hostedZone, recordName: `${name}.`, target };
    void new ARecord(this, "Ipv4", record);
    if (ipAddressType === IpAddressType.DUAL_STACK) void new AaaaRecord(this, "Ipv6", record);
  }
}

export function customDomainProblems(customDomain: CustomDomain | undefined): string[] {
  if (customDomain === undefined) return [];
  const { name } = customDomain;
  if (Token.isUnresolved(name) || HOST_NAME.test(name)) return [];
  return [`customDomain.name is "${name}": write a host name in lower case, such as sip.example.com.`];
}
