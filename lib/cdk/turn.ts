// TURN servers: what a deployment says of them, and what that lets a function do.
import type { IKey } from "aws-cdk-lib/aws-kms";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { Stack, Token } from "aws-cdk-lib/core";
import { variables } from "../aws/environment.ts";
import { defaultTtlSeconds, isStunUri, isTurnUri, type TurnSettings } from "../sip/policy/turn-servers.ts";

/** coturn with `use-auth-secret`, or another server that knows the TURN REST API. */
export interface TurnProps {
  /** `turn:` and `turns:` URIs, and `stun:` beside them, such as `turn:turn.example.com:3478?transport=udp`. */
  readonly urls: readonly string[];
  /** Your secret, plain text: the value of `static-auth-secret`. A changed one is taken within five minutes. */
  readonly secret: SharedSecret;
  /** How long a credential is good for new relays. Default: 7200, as long as a connection. */
  readonly ttlSeconds?: number;
}

/** An `ISecret`, as far as it is needed. (A `Secret` is none under the compiler's `exactOptionalPropertyTypes`.) */
export interface SharedSecret {
  readonly secretArn: string;
  /** Absent where only the name is known. */
  readonly secretFullArn?: string | undefined;
  /** Absent where Secrets Manager's own key encrypts it. */
  readonly encryptionKey?: IKey | undefined;
}

/** Lets a function hand out credentials for the TURN servers: it may read this one secret, and nobody else may. */
export function serveTurn(fn: Lambda, { urls, secret, ttlSeconds = defaultTtlSeconds }: TurnProps): void {
  const stack = Stack.of(fn);
  const settings: TurnSettings = { urls, ttlSeconds };
  fn.addEnvironment(variables.turn, stack.toJsonString(settings));
  fn.addEnvironment(variables.turnSecret, secret.secretFullArn ?? secret.secretArn);
  // Not `grantRead`, which lets it describe the secret too. An ARN that was made of a name lacks six random characters.
  const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  fn.addToRolePolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [arn] }));
  if (secret.encryptionKey === undefined) return;
  const byWayOf = { "kms:ViaService": `secretsmanager.${stack.region}.amazonaws.com` };
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ["kms:Decrypt"],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: byWayOf },
    }),
  );
}

/** What is wrong with the servers. */
export function turnProblems(turn: TurnProps | undefined): string[] {
  if (turn === undefined) return [];
  const { urls, ttlSeconds = defaultTtlSeconds } = turn;
  const readable = urls.filter((url) => !Token.isUnresolved(url));
  const problems = readable
    .filter((url) => !isTurnUri(url) && !isStunUri(url))
    .map((url) => `turn.urls has "${url}": write turn:host:port, turns:host:port or stun:host:port.`);
  if (readable.length === urls.length && !urls.some(isTurnUri)) {
    problems.push("turn.urls names no TURN server, so there is nothing to log in to: add one, or leave turn out.");
  }
  if (!Token.isUnresolved(ttlSeconds) && !(Number.isInteger(ttlSeconds) && ttlSeconds >= 60 && ttlSeconds <= 86_400)) {
    problems.push(`turn.ttlSeconds is ${ttlSeconds}: set it to 60 to 86400.`);
  }
  return problems;
}
