// The context of the app (`cdk deploy -c name=value`) as props of the stack.
import { InvalidPropsError } from "../errors.ts";
import type { SipSignalingProps } from "./props/signaling.ts";
import type { SipStackProps } from "./stack.ts";

export interface AppOptions {
  readonly stackName: string;
  readonly stack: Pick<SipStackProps, "sip" | "turn" | "host" | "httpCallees">;
}

/** Value of a context key, or undefined. */
export type Context = (key: string) => unknown;

/** Throws an {@link InvalidPropsError} that names the option and a valid value. */
export function readAppOptions(context: Context): AppOptions {
  const text = (key: string): string | undefined => {
    const value = context(key);
    return typeof value === "string" ? value.trim() : undefined;
  };
  const list = (key: string): readonly string[] | undefined =>
    text(key)
      ?.split(",")
      .map((item) => item.trim());
  const stackName = text("stack") ?? "SipStack";
  if (!STACK_NAME.test(stackName)) throw wrong(`-c stack=${stackName}: start with a letter; letters, digits and "-".`);

  const domains = list("domain");
  const allowedOrigins = list("origins")?.filter((origin) => origin !== ""); // `-c origins=` says: no page at all
  const [alarmEmail, push] = [text("alarmEmail"), text("push")];
  const tokens = tokensOf(text, list("audience"));
  const turn = turnOf(text, list("turn"));
  const host = hostOf(text);
  const phone = phoneOf(text);
  const records = recordsOf(text);
  const httpCallees = httpCalleesOf(list("httpHosts"), list("httpSecretNames"));
  return {
    stackName,
    stack: {
      sip: {
        ...(domains && { domains }),
        ...(allowedOrigins && { allowedOrigins }),
        ...(alarmEmail !== undefined && { alarmEmail }),
        ...(tokens && { tokens }),
        ...(phone && { phone }),
        ...(push !== undefined && { push: { sub: push } }),
        ...(records && { records }),
      },
      ...(turn && { turn }),
      ...(host && { host }),
      ...(httpCallees && { httpCallees }),
    },
  };
}

type Text = (key: string) => string | undefined;

function tokensOf(text: Text, audience: readonly string[] | undefined): SipSignalingProps["tokens"] {
  const [issuer, claim, where] = [text("issuer"), text("claim"), text("where")];
  if (issuer === undefined) {
    const stray = [["audience", audience] as const, ["claim", claim] as const, ["where", where] as const];
    const [name] = stray.find(([, value]) => value !== undefined) ?? [];
    if (name !== undefined) throw wrong(`-c ${name}= needs -c issuer=: the URL of the login that signs the tokens.`);
    return undefined;
  }
  if (where !== undefined && where !== "connect" && where !== "register") {
    throw wrong(`-c where=${where}: it can be connect or register.`);
  }
  return { issuer, audience: audience ?? [], ...(claim !== undefined && { claim }), ...(where && { where }) };
}

function turnOf(text: Text, urls: readonly string[] | undefined): SipStackProps["turn"] {
  const [secretName, ttl] = [text("turnSecretName"), text("turnTtl")];
  if (urls === undefined && secretName === undefined && ttl === undefined) return undefined;
  if (urls === undefined || secretName === undefined) {
    throw wrong("-c turn= and -c turnSecretName= go together: the servers' URIs, and the name of their shared secret.");
  }
  return { urls, secretName, ...(ttl !== undefined && { ttlSeconds: Number(ttl) }) };
}

function phoneOf(text: Text): SipSignalingProps["phone"] {
  const [phone, clientId] = [text("phone"), text("client")];
  if (phone === undefined && clientId !== undefined) throw wrong("-c client= needs -c phone=yes: it is its client.");
  if (phone !== undefined && phone !== "yes") throw wrong(`-c phone=${phone}: it can be yes.`);
  if (phone === undefined) return undefined;
  return clientId === undefined ? {} : { signIn: { clientId } };
}

function recordsOf(text: Text): SipSignalingProps["records"] {
  const [records, days] = [text("records"), text("recordDays")];
  if (records === undefined && days !== undefined) throw wrong("-c recordDays= needs -c records=yes: it is their age.");
  if (records === undefined) return undefined;
  const metrics = METRICS_OF.get(records);
  if (metrics === undefined) throw wrong(`-c records=${records}: it can be yes, metrics or domain-metrics.`);
  return { ...metrics, ...(days !== undefined && { days: Number(days) }) };
}

/** Values of `-c records=`. */
const METRICS_OF: ReadonlyMap<string, NonNullable<SipSignalingProps["records"]>> = new Map([
  ["yes", {}],
  ["metrics", { metrics: "total" }],
  ["domain-metrics", { metrics: "by domain" }],
]);

function httpCalleesOf(
  hosts: readonly string[] | undefined,
  secretNames: readonly string[] = [],
): SipStackProps["httpCallees"] {
  if (hosts === undefined && secretNames.length > 0) {
    throw wrong("-c httpSecretNames= needs -c httpHosts=: the hosts of the endpoints.");
  }
  return hosts && { hosts, secretNames };
}

function hostOf(text: Text): SipStackProps["host"] {
  const [name, certificateArn, hostedZoneId] = [text("host"), text("certificate"), text("zoneId")];
  if (name === undefined && certificateArn === undefined && hostedZoneId === undefined) return undefined;
  if (name === undefined || certificateArn === undefined) {
    throw wrong("-c host= and -c certificate= go together: the host name, and the ARN of its certificate in ACM.");
  }
  return { name, certificateArn, ...(hostedZoneId !== undefined && { hostedZoneId }) };
}

function wrong(message: string): InvalidPropsError {
  return new InvalidPropsError(message);
}

/** As CloudFormation allows them. */
const STACK_NAME = /^[a-z][a-z0-9-]{0,127}$/i;
