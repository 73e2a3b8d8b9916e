import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { bundleLambdas } from "./bundle.ts";
import { Functions } from "./functions.ts";
import { domainsOf, settingsOf, tokenSettingsOf, validateProps, type SipSignalingProps } from "./props.ts";
import { SigningSecret } from "./signing-secret.ts";
import { Tables } from "./tables.ts";
import { TimerQueue } from "./timer-queue.ts";
import { serveTurn } from "./turn.ts";
import { SipWebSocketApi } from "./web-socket-api.ts";

/** A SIP registrar and proxy for WebSocket phones (RFC 3261, RFC 7118) without a server. Throws if a prop makes no sense. */
export class SipSignaling extends Construct {
  /** What clients connect to, `wss://…`. */
  readonly url: string;
  /** Domains it is responsible for; the first is the realm of its passwords. */
  readonly domains: readonly string[];
  readonly tables: Tables;
  readonly timers: TimerQueue;
  /** What signs flow tokens, nonces and tickets: a backend that makes tickets needs `signingSecret.grantRead(backend)`. */
  readonly signingSecret: Secret;

  constructor(scope: Construct, id: string, props: SipSignalingProps = {}) {
    super(scope, id);
    validateProps(props);
    const api = new SipWebSocketApi(this, "Api", { throttle: props.throttle });
    const named = domainsOf(props);
    this.domains = named.length > 0 ? named : [api.host];
    this.url = api.stage.url;

    this.tables = new Tables(this, "Tables");
    this.timers = new TimerQueue(this, "Timers");
    const signing = new SigningSecret(this, "Signing");
    this.signingSecret = signing.secret;
    const functions = new Functions(this, "Functions", {
      code: bundleLambdas(),
      domains: this.domains,
      settings: settingsOf(props),
      allowedOrigins: props.allowedOrigins,
      tokens: tokenSettingsOf(props),
    });

    for (const part of [this.tables, this.timers, signing, api]) {
      for (const fn of functions.all) part.serve(fn); // permission and environment together
    }
    const { authorize, connect, disconnect, default: message } = functions;
    api.route({ $connect: connect, $disconnect: disconnect.fn, $default: message.fn }, authorize?.fn);
    this.timers.wake(functions.timers);
    signing.rotateBy(functions.rotate, props.rotationDays ?? 30);
    if (props.turn) serveTurn(message.fn, props.turn);
  }
}
