// Makes docs/configuration.md and examples/configuration.ts from the TSDoc of the props.
import { readFileSync } from "node:fs";

const root = new URL("../lib/cdk/", import.meta.url);

interface Documented {
  readonly name: string;
  readonly description: string;
  readonly defaultValue: string;
  readonly example: string;
}

/** A heading of the page, and the interface below it. */
const tables: readonly (readonly [heading: string, file: string, name: string])[] = [
  ["SIP", "props/protocol.ts", "ProtocolProps"],
  ["Access", "props/access.ts", "AccessProps"],
  ["Operation", "props/operations.ts", "OperationProps"],
  ["`tokens` of an issuer", "tokens.ts", "IssuerTokens"],
  ["`tokens` of a Cognito user pool", "tokens.ts", "UserPoolTokens"],
  ["`tokens`: where they are checked", "token-use.ts", "TokenUse"],
  ["`customDomain`", "custom-domain.ts", "CustomDomain"],
  ["`throttle`, beside `rateLimit` and `burstLimit`", "throttle.ts", "Throttle"],
  ["`turn`", "turn.ts", "TurnProps"],
  ["`push`", "push.ts", "PushProps"],
  ["`functions`, for each function", "props/operations.ts", "FunctionSize"],
  ["`records`", "props/operations.ts", "RecordProps"],
];
const propsOfConstruct = new Set(["ProtocolProps", "AccessProps", "OperationProps"]);

/** The members of an interface. Throws if one has no description. */
export function membersOf(file: string, name: string): readonly Documented[] {
  const text = readFileSync(new URL(file, root), "utf8");
  const [, body = ""] = new RegExp(`export interface ${name}\\b[^]*?\\{\\n([^]*?)\\n\\}`).exec(text) ?? [];
  const members = [...body.matchAll(MEMBER)].map(([, comment = "", member = ""]) => {
    const [description = "", ...tags] = unwrap(comment).split(/\n?@(?=default |example )/);
    const tag = (word: string) =>
      tags.find((candidate) => candidate.startsWith(`${word} `))?.slice(word.length + 1) ?? "";
    return { name: member, description, defaultValue: tag("default").replace(/^- /, ""), example: tag("example") };
  });
  const bare = members.find(({ description }) => description === "");
  if (members.length === 0 || bare !== undefined) throw new Error(`${file}: ${bare?.name ?? name} has no description`);
  return members;
}

const MEMBER = /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?readonly (\w+)\??:/g;

/** The text of a comment: one line for the description and for each tag. */
function unwrap(comment: string): string {
  return comment
    .replace(/^\s*\* ?/gm, "")
    .trim()
    .replace(/\n(?!@)/g, " ");
}

export function configurationPage(): string {
  const sections = tables.map(([heading, file, name]) => {
    const rows = membersOf(file, name).map(({ name: member, description, defaultValue, example }) => {
      const code = example === "" ? "" : `\`${example}\``;
      return `| \`${member}\` | ${cell(description)} | ${cell(inCode(defaultValue))} | ${cell(code)} |`;
    });
    return `## ${heading}\n\n| name | meaning | default | example |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

const HEAD = `# Configuration

<!-- Made by \`npm run docs\` from the comments in \`lib/cdk/\`. -->

The props of \`SipSignaling\`. Every prop has a default; a wrong value is refused at synthesis, with all problems in one
message. The app of the checkout takes the most frequent ones as \`-c name=value\` ([deploy.md](deploy.md)).
`;

/** A default that is a value is code; one that is a sentence is not. */
function inCode(text: string): string {
  return /^["{[]|^\d+$|^[\w]+(?:\.\w+)?$/.test(text) && text !== "none" ? `\`${text}\`` : text;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** A file with the example of each prop of the construct, so that the compiler checks them. */
export function configurationExamples(): string {
  const examples = tables
    .filter(([, , name]) => propsOfConstruct.has(name))
    .flatMap(([, file, name]) => membersOf(file, name))
    .map(({ name, example }) => `    new SipSignaling(this, "${name}", { ${name}: ${example} });`);
  return `${EXAMPLES_HEAD}${examples.join("\n")}\n  }\n}\n`;
}

const EXAMPLES_HEAD = `// Made by \`npm run docs\`: the example of each prop in docs/configuration.md, for the compiler.
import { Stack, RemovalPolicy } from "aws-cdk-lib";
import { IpAddressType } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import { Key } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { defaultLockoutPolicy, defaultMessagePolicy, defaultRatePolicy, SipSignaling } from "sip-serverless";

export class Examples extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const hostedZone = HostedZone.fromLookup(this, "Zone", { domainName: "example.com" });
    const validation = CertificateValidation.fromDns(hostedZone);
    const certificate = new Certificate(this, "Certificate", { domainName: "sip.example.com", validation });
`;
