// Addresses that are answered over HTTP: the hosts that requests may go to, and the grant for the tokens.
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { Stack, Token } from "aws-cdk-lib/core";
import { variables } from "../aws/environment.ts";
import type { Settings } from "../sip/policy/settings.ts";
import type { SharedSecret } from "./turn.ts";

/** WHIP endpoints and others of their form. Which address goes where is a policy: `users policy set`. */
export interface HttpCalleesProps {
  /**
   * Host names, with the port if it is not 443. No request goes to another host, and none to an address that is not public.
   * @example ["whip.example.com", "media.example.com:8443"]
   */
  readonly hosts: readonly string[];
  /**
   * Your secrets with bearer tokens in plain text, which policies refer to by name or ARN.
   * @default []
   * @example [Secret.fromSecretNameV2(this, "Whip", "whip-token")]
   */
  readonly secrets?: readonly SharedSecret[];
}

/** Lets a function read the tokens, and nothing more. */
export function serveHttpCallees(fn: Lambda, { secrets = [] }: HttpCalleesProps): void {
  const stack = Stack.of(fn);
  fn.addEnvironment(
    variables.httpSecrets,
    stack.toJsonString(secrets.map(({ secretFullArn, secretArn }) => secretFullArn ?? secretArn)),
  );
  for (const { secretFullArn, secretArn, encryptionKey } of secrets) {
    const resources = [secretFullArn ?? `${secretArn}-??????`]; // an ARN made of a name lacks six random characters
    fn.addToRolePolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources }));
    if (encryptionKey === undefined) continue;
    const conditions = { StringEquals: { "kms:ViaService": `secretsmanager.${stack.region}.amazonaws.com` } };
    const key = { actions: ["kms:Decrypt"], resources: [encryptionKey.keyArn], conditions };
    fn.addToRolePolicy(new PolicyStatement(key));
  }
}

export function httpCalleeProblems(
  httpCallees: HttpCalleesProps | undefined,
  { calls }: Pick<Settings, "calls">,
): string[] {
  if (httpCallees === undefined) return [];
  const { hosts } = httpCallees;
  const written = hosts.filter((host) => !Token.isUnresolved(host));
  return [
    ...(hosts.length === 0
      ? ["httpCallees.hosts is empty: list the hosts of your endpoints, or leave httpCallees out."]
      : []),
    ...written
      .filter((host) => !isHost(host))
      .map(
        (host) => `httpCallees.hosts has "${host}": write a host name in lower case, such as whip.example.com:8443.`,
      ),
    ...(calls === "tracked"
      ? []
      : [`httpCallees needs calls: "tracked": without it the session of a phone that is gone would never end.`]),
  ];
}

/** As the URL of an endpoint spells it: in lower case, without the port 443. */
function isHost(text: string): boolean {
  return URL.canParse(`https://${text}/`) && new URL(`https://${text}/`).host === text;
}
