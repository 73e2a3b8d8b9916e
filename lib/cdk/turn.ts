// TURN servers of a deployment, and the grant for their secret.
import type { IKey } from "aws-cdk-lib/aws-kms";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { Stack, Token } from "aws-cdk-lib/core";
import { variables } from "../aws/environment.ts";
import { defaultTtlSeconds, isStunUri, isTurnUri, type TurnSettings } from "../sip/policy/turn-servers.ts";

/** coturn with `use-auth-secret`, or another server that supports the TURN REST API. */
export interface TurnProps {
  /**
   * `turn:` and `turns:` URIs, and `stun:` beside them.
   * @example ["turn:turn.example.com:3478?transport=udp"]
   */
  readonly urls: readonly string[];
  /**
   * Your secret in plain text, the value of `static-auth-secret`. A changed value takes effect within five minutes.
   * @example Secret.fromSecretNameV2(this, "Turn", "turn")
   */
  readonly secret: SharedSecret;
  /**
   * Seconds for which a credential opens new relays.
   * @default 7200
   * @example 3600
   */
  readonly ttlSeconds?: number;
}

/** The used part of `ISecret`. (Under `exactOptionalPropertyTypes` a `Secret` does not satisfy `ISecret`.) */
export interface SharedSecret {
  readonly secretArn: string;
  /** Absent where only the name is known. */
  readonly secretFullArn?: string | undefined;
  /** Absent where Secrets Manager's own key encrypts it. */
  readonly encryptionKey?: IKey | undefined;
}

/** Lets one function read the secret, to hand out credentials for the TURN servers. */
export function serveTurn(fn: Lambda, { urls, secret, ttlSeconds = defaultTtlSeconds }: TurnProps): void {
  const stack = Stack.of(fn);
  const settings: TurnSettings = { urls, ttlSeconds };
  fn.addEnvironment(variables.turn, stack.toJsonString(settings));
  fn.addEnvironment(variables.turnSecret, secret.secretFullArn ?? secret.secretArn);
  // `grantRead` would also allow to describe the secret. An ARN made of a name lacks six random characters.
  const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  fn.addToRolePolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [arn] }));
  if (secret.encryptionKey === undefined) return;
  const viaSecretsManager = { "kms:ViaService": `secretsmanager.${stack.region}.amazonaws.com` };
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ["kms:Decrypt"],
      resources: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: viaSecretsManager },
    }),
  );
}

/** Problems of the servers. */
export function turnProblems(turn: TurnProps | undefined): string[] {
  if (turn === undefined) return [];
  const { urls, ttlSeconds = defaultTtlSeconds } = turn;
  const readable = urls.filter((url) => !Token.isUnresolved(url));
  const problems = readable
    .filter((url) => !isTurnUri(url) && !isStunUri(url))
    .map((url) => `turn.urls has "${url}": write turn:host:port, turns:host:port or stun:host:port.`);
  if (readable.length === urls.length && !urls.some(isTurnUri)) {
    problems.push(
      "turn.urls has only STUN servers, which need no credential: add a turn: or turns: URI, or leave turn out.",
    );
  }
  if (!Token.isUnresolved(ttlSeconds) && !(Number.isInteger(ttlSeconds) && ttlSeconds >= 60 && ttlSeconds <= 86_400)) {
    problems.push(`turn.ttlSeconds is ${ttlSeconds}: set it to 60 to 86400.`);
  }
  return problems;
}
