// Wake-up by push notifications (RFC 8599): the prop, the secret of the VAPID keys, and the grant for it.
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { RemovalPolicy, Token } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { variables } from "../aws/environment.ts";
import { LONGEST_REGISTRATION_SECONDS } from "../sip/policy/expiry.ts";
import {
  KEEP_SECONDS,
  KNOWN_PUSH_HOSTS,
  LEAST_REFRESH_SECONDS,
  LONGEST_KEEP_SECONDS,
  MOST_REFRESH_PUSHES,
  type PushPolicy,
} from "../sip/policy/push.ts";
import type { SignalingFunction } from "./functions.ts";

/** Phones without a connection are woken by Web Push. */
export interface PushProps {
  /**
   * How a push service reaches you if something is wrong: a `mailto:` or `https:` URI (RFC 8292 §2.1).
   * @example "mailto:ops@example.com"
   */
  readonly sub: string;
  /**
   * The page that a notification opens.
   * @default - the domain's own, `https://<domain>/`
   * @example "https://phone.example.com/"
   */
  readonly page?: string;
  /**
   * Hosts of push services that notifications may go to; `*.` stands for any further labels.
   * @default - those of Chrome, Firefox, Edge and Safari
   * @example ["fcm.googleapis.com"]
   */
  readonly hosts?: readonly string[];
  /**
   * Seconds that a phone can be woken after the end of its registration, up to 30 days.
   * @default 604800
   * @example 86400
   */
  readonly keepSeconds?: number;
  /**
   * Seconds before the end of a registration at which a phone without a connection is asked by a push to register again (RFC 8599
   * §5.5): 30 to 540, four at most. A browser shows each push to its user.
   * @default - no such push
   * @example [240, 130]
   */
  readonly refreshBefore?: readonly number[];
}

export function pushPolicyOf(push: PushProps | undefined): PushPolicy | undefined {
  if (push === undefined) return undefined;
  const { hosts = KNOWN_PUSH_HOSTS, keepSeconds = KEEP_SECONDS, page = "", refreshBefore = [] } = push;
  const times = refreshBefore.toSorted((a, b) => b - a);
  return { hosts, keepSeconds, page, ...(times.length > 0 && { refreshBefore: times }) };
}

/** The secret that the VAPID keys are derived from. A new one would end every subscription. */
export class PushKeys extends Construct {
  readonly secret: Secret;
  readonly subject: string;
  readonly keepSeconds: number;

  constructor(scope: Construct, id: string, { sub, keepSeconds = KEEP_SECONDS }: PushProps, encryptionKey?: IKey) {
    super(scope, id);
    this.subject = sub;
    this.keepSeconds = keepSeconds;
    this.secret = new Secret(this, "Secret", {
      description: "VAPID keys for push notifications are derived from this",
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  }

  serve({ fn }: SignalingFunction): void {
    fn.addEnvironment(variables.pushSubject, this.subject);
    fn.addEnvironment(variables.pushSecret, this.secret.secretArn);
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [this.secret.secretArn] }),
    );
  }
}

const HOST = /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/;

export function pushProblems(push: PushProps | undefined): string[] {
  if (push === undefined) return [];
  const { sub, page, hosts = [], keepSeconds = KEEP_SECONDS, refreshBefore = [] } = push;
  const isReachable = Token.isUnresolved(sub) || (/^(?:mailto:.+@.+|https:\/\/.+)$/.test(sub) && URL.canParse(sub));
  const isPage = page === undefined || Token.isUnresolved(page) || (page.startsWith("https://") && URL.canParse(page));
  const isKept = Number.isInteger(keepSeconds) && keepSeconds >= 0 && keepSeconds <= LONGEST_KEEP_SECONDS;
  const isRefresh = (seconds: number) =>
    Number.isInteger(seconds) && seconds >= LEAST_REFRESH_SECONDS && seconds <= LONGEST_REGISTRATION_SECONDS;
  const isRefreshed = refreshBefore.every(isRefresh) && refreshBefore.length <= MOST_REFRESH_PUSHES;
  return [
    ...(isReachable ? [] : [`push.sub is "${sub}": write "mailto:you@example.com" or an https: address.`]),
    ...(isPage ? [] : [`push.page is "${page}": write an https: address.`]),
    ...(push.hosts !== undefined && hosts.length === 0
      ? ["push.hosts is empty: leave it out for the known ones."]
      : []),
    ...hosts
      .filter((host) => !Token.isUnresolved(host) && !HOST.test(host))
      .map(
        (host) => `push.hosts has "${host}": write a host name, such as fcm.googleapis.com or *.notify.windows.com.`,
      ),
    ...(isKept ? [] : [`push.keepSeconds is ${keepSeconds}: set it to 0 to ${LONGEST_KEEP_SECONDS}.`]),
    ...(isRefreshed
      ? []
      : [
          `push.refreshBefore is ${JSON.stringify(refreshBefore)}: set it to ${MOST_REFRESH_PUSHES} at most, of ${LEAST_REFRESH_SECONDS} to ${LONGEST_REGISTRATION_SECONDS} seconds.`,
        ]),
  ];
}
