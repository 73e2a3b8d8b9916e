// The phone page of a deployment: a private bucket behind CloudFront, with the settings of this deployment in it.
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { TokenSettings } from "../aws/authorizer/token-settings.ts";
import { contentSecurityPolicyFor } from "../phone/headers.ts";
import { pageFiles } from "../phone/page-files.ts";
import type { IssuerSignIn, PhoneConfig } from "../phone/phone-config.ts";
import { acknowledgeFindings } from "./phone-site-findings.ts";

/** The phone page that is deployed with the signaling. */
export interface PhoneProps {
  /**
   * Host name of the page; your own DNS points it at the distribution.
   * @default - the name that CloudFront gives
   * @example "phone.example.com"
   */
  readonly domainName?: string;
  /**
   * Certificate for `domainName`, in us-east-1.
   * @default - none
   * @example Certificate.fromCertificateArn(this, "Certificate", "arn:aws:acm:us-east-1:…")
   */
  readonly certificate?: ICertificate;
  /**
   * Sign-in by the login page of an issuer; its client is public and has the URL of the page as its redirect URI. Issuer,
   * claim and place of the token are those of `tokens`.
   * @default - sign-in by password
   * @example { clientId: "phone" }
   */
  readonly signIn?: Omit<IssuerSignIn, "issuer" | "claim" | "where">;
  /**
   * Whether the page has a panel with the SIP messages.
   * @default false
   * @example true
   */
  readonly log?: boolean;
}

interface PhoneSiteProps {
  readonly phone: PhoneProps;
  /** The WebSocket that the page connects to, `wss://…`. */
  readonly url: string;
  /** Host of that URL. */
  readonly host: string;
  readonly domain: string;
  readonly tokens: TokenSettings | undefined;
  readonly tokensAt: "connect" | "register" | undefined;
}

export class PhoneSite extends Construct {
  /** The URL of the page, `https://…/`. */
  readonly url: string;
  /** The CloudFront distribution of the page, for settings beyond the props: a web ACL, geo restrictions. */
  readonly distribution: Distribution;
  /** The origin that the signaling has to let in. */
  readonly origin: string;
  /** Copies the files at each deployment. */
  readonly deployment: BucketDeployment;

  constructor(scope: Construct, id: string, props: PhoneSiteProps) {
    super(scope, id);
    const { phone, url, host, domain } = props;
    const signIn = signInOf(props);
    const bucket = new Files(this, "Files", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY, // it holds nothing that a deployment does not make again
    });
    const distribution = (this.distribution = new Distribution(this, "Distribution", {
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.headers([`wss://${host}`, ...originsOf(signIn)]),
      },
      ...(phone.domainName !== undefined && { domainNames: [phone.domainName] }),
      ...(phone.certificate && {
        certificate: phone.certificate,
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    }));
    this.origin = `https://${phone.domainName ?? distribution.distributionDomainName}`;
    this.url = `${this.origin}/`;

    const config: PhoneConfig = { ws: url, domain, log: phone.log ?? false, ...(signIn && { signIn }) };
    this.deployment = new BucketDeployment(this, "Deployment", {
      destinationBucket: bucket,
      distribution, // old files leave its caches
      sources: [
        ...pageFiles().map(({ name, body }) => Source.data(name, Buffer.from(body).toString("utf8"))),
        Source.jsonData("config.json", config),
      ],
      cacheControl: [CacheControl.noCache()], // a browser asks each time whether a file has changed
      retainOnDelete: false,
    });
    acknowledgeFindings({ bucket, distribution, deployment: this.deployment });
  }

  private headers(origins: readonly string[]): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "Headers", {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicyFor(origins), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
    });
  }
}

/** `isWebsite` may be undefined in a Bucket but not in an IBucket, which matters to exactOptionalPropertyTypes alone. */
class Files extends Bucket {
  override get isWebsite(): boolean {
    return false;
  }
}

/** The problems of these props, each with its remedy. */
export function phoneProblems(phone: PhoneProps | undefined, tokens: TokenSettings | undefined): string[] {
  if (phone === undefined) return [];
  const problems: string[] = [];
  if ((phone.domainName === undefined) !== (phone.certificate === undefined)) {
    problems.push("phone.domainName and phone.certificate belong together: give both, or neither.");
  }
  if (phone.signIn !== undefined && tokens === undefined) {
    problems.push("phone.signIn needs tokens: it signs in with a token of their issuer.");
  }
  return problems;
}

function signInOf({ phone, tokens, tokensAt: where = "connect" }: PhoneSiteProps): IssuerSignIn | undefined {
  if (phone.signIn === undefined || tokens === undefined) return undefined;
  return { ...phone.signIn, issuer: tokens.issuer, claim: tokens.claim, where };
}

/** CSP takes the URL of an issuer as it is; one of CloudFormation's values cannot be shortened to its origin here. */
function originsOf(signIn: IssuerSignIn | undefined): readonly string[] {
  if (signIn === undefined) return [];
  const issuer = URL.canParse(signIn.issuer) ? new URL(signIn.issuer).origin : signIn.issuer;
  return [issuer, ...(signIn.origins ?? [])];
}
