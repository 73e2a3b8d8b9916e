// The deployment: `cdk deploy -c domain=example.com -c origins=https://phone.example.com` (several: separated by commas).
// Without `origins` no web page may connect.
// With `-c issuer=https://login.example.com -c audience=phone [-c claim=preferred_username]` the door asks for tokens; with
// `-c where=register` it does not, and SIP takes them beside passwords.
// With `-c turn=turn:turn.example.com:3478 -c turnSecretName=turn [-c turnTtl=3600]` phones get credentials for that server.
import { App, Tags } from "aws-cdk-lib/core";
import { SipStack } from "../lib/cdk/stack.ts";

const app = new App({
  analyticsReporting: false,
  // Metadata for readers of the template, such as the local cloud: construct paths and code folders.
  context: { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true },
});

const list = (name: string): string[] | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === "string" ? value.split(",").map((item) => item.trim()) : undefined;
};
const domains = list("domain");
const allowedOrigins = list("origins")?.filter((origin) => origin !== ""); // `-c origins=` says that no page is meant to
const audience = list("audience");
const [issuer] = list("issuer") ?? [];
const [claim] = list("claim") ?? [];
const where: unknown = app.node.tryGetContext("where");
const tokens = issuer !== undefined && {
  tokens: {
    issuer,
    audience: audience ?? [],
    ...(claim && { claim }),
    ...(where === "register" && { where: "register" as const }),
  },
};
const urls = list("turn");
const [secretName] = list("turnSecretName") ?? [];
const [ttl] = list("turnTtl") ?? [];
if ((urls === undefined) !== (secretName === undefined)) {
  throw new Error("turn and turnSecretName go together: the servers' URIs, and the name of the secret they share.");
}

const stack = new SipStack(app, "SipStack", {
  description: "SIP over WebSocket: registrar and proxy on API Gateway, Lambda, DynamoDB and SQS",
  sip: { ...(domains && { domains }), ...(allowedOrigins && { allowedOrigins }), ...tokens },
  ...(urls && secretName && { turn: { urls, secretName, ...(ttl && { ttlSeconds: Number(ttl) }) } }),
});
Tags.of(stack).add("application", "sip-serverless"); // a tag by which the bill can be filtered
app.synth();
