// Findings of cdk-nag's AwsSolutions rules at the phone page that are meant to be so, each with its reason.
import type { Distribution } from "aws-cdk-lib/aws-cloudfront";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { BucketDeployment } from "aws-cdk-lib/aws-s3-deployment";
import { CfnElement, DefaultStackSynthesizer, Stack, Token, Validations } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";

export interface PhoneSiteParts {
  readonly bucket: Bucket;
  readonly distribution: Distribution;
  readonly deployment: BucketDeployment;
}

export function acknowledgeFindings({ bucket, distribution, deployment }: PhoneSiteParts): void {
  acknowledge(bucket, {
    S1: "The bucket holds the public files of the page alone and is read by CloudFront alone; a log of reads would cost more than the page.",
  });
  acknowledge(distribution, {
    CFR1: "The page is for the users of the deployment, whose countries are not known here; geo restrictions can be added to sip.phone.distribution.",
    CFR2: "The page is static and its files are public; guesses of passwords go to the WebSocket, where the server counts them. A web ACL can be added.",
    CFR3: "An access log holds the addresses of the users and is not needed to run the page; the calls are in the logs of the functions.",
    CFR4: "CloudFront sets the TLS versions of its own host name; with phone.domainName and phone.certificate the page asks for TLS 1.2 from 2021.",
  });
  // One function of aws-cdk-lib copies the files of every BucketDeployment in the stack.
  const copier = deployment.handlerRole.node.scope;
  if (copier === undefined) return;
  acknowledge(copier, {
    [LOG_POLICY]:
      "aws-cdk-lib gives the function that copies the files the managed policy for writing its log; it runs at deployments only.",
    L1: "aws-cdk-lib chooses the runtime of the function that copies the files, and moves it with its own versions.",
    ...Object.fromEntries(grantsOfCopier(bucket).map((grant) => [`IAM5[${grant}]`, COPIER_REASON])),
  });
}

const LOG_POLICY = "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]";
const COPIER_REASON =
  "aws-cdk-lib lets the function that copies the files read the account's assets and write this bucket, at deployments only.";
const ACTIONS = ["s3:GetObject*", "s3:GetBucket*", "s3:List*", "s3:DeleteObject*", "s3:Abort*"];

/** As cdk-nag names its findings. */
function grantsOfCopier(bucket: Bucket): readonly string[] {
  const stack = Stack.of(bucket);
  const files = bucket.node.defaultChild;
  const name = CfnElement.isCfnElement(files) ? stack.getLogicalId(files) : "";
  const qualifier = stack.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  const account = Token.isUnresolved(stack.account) ? "<AWS::AccountId>" : stack.account;
  const region = Token.isUnresolved(stack.region) ? "<AWS::Region>" : stack.region;
  return [
    ...ACTIONS.map((action) => `Action::${action}`),
    "Resource::*",
    `Resource::<${name}.Arn>/*`,
    `Resource::arn:<AWS::Partition>:s3:::cdk-${qualifier}-assets-${account}-${region}/*`,
  ];
}

function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const findings = Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions-${rule}`, reason }));
  Validations.of(construct).acknowledge(...findings);
}
