// Digest on the client's side (RFC 7616, RFC 8760; RFC 3261 §22.4). Of all challenges it answers the strongest it knows.
import { createHash, randomBytes } from "node:crypto";
import { readParameters, type Parameters } from "./address.ts";
import { type SipResponse, splitOutside, valuesOf } from "./message.ts";

export interface Challenge {
  readonly kind: "registrar" | "proxy";
  /** As it stands in the field. */
  readonly text: string;
  readonly scheme: string;
  readonly parameters: Parameters;
}

/** All challenges of a 401 or 407, in order. */
export function challengesOf(response: SipResponse): readonly Challenge[] {
  return [
    ...valuesOf(response, "www-authenticate").map((text) => readChallenge("registrar", text)),
    ...valuesOf(response, "proxy-authenticate").map((text) => readChallenge("proxy", text)),
  ];
}

function readChallenge(kind: Challenge["kind"], text: string): Challenge {
  return { kind, text, ...readAuthHeader(text) };
}

/** `Digest a=b, c="d"`. */
export function readAuthHeader(value: string): { readonly scheme: string; readonly parameters: Parameters } {
  const [scheme = ""] = value.split(/\s/, 1);
  const parameters = readParameters(splitOutside(value.slice(scheme.length), ",").join(";"));
  return { scheme: scheme.toLowerCase(), parameters };
}

/** Strongest first. */
const ALGORITHMS = [
  ["sha-512-256", "sha512-256"],
  ["sha-256", "sha256"],
  ["md5", "md5"],
] as const;

/** As `algorithm=` names it, with the `-sess` taken off; MD5 where nothing is said. */
function baseAlgorithm({ parameters }: Challenge): string {
  return (parameters.get("algorithm") ?? "MD5").toLowerCase().replace(/-sess$/, "");
}

/** 0 is the strongest; -1 is unknown. */
export function strengthOf(challenge: Challenge): number {
  const rank = ALGORITHMS.findIndex(([name]) => name === baseAlgorithm(challenge));
  return challenge.scheme === "digest" ? rank : -1;
}

/** Undefined without a challenge that can be answered. */
export function bestChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges
    .filter((challenge) => strengthOf(challenge) >= 0)
    .toSorted((a, b) => strengthOf(a) - strengthOf(b))[0];
}

export interface Secret {
  readonly username: string;
  readonly password: string;
}

/** Any part of the answer may be forged. */
export type Forgery = Partial<
  Record<"username" | "realm" | "nonce" | "uri" | "response" | "algorithm" | "qop" | "cnonce" | "nc", string>
> & { readonly password?: string };

/** The header line that answers a challenge. */
export function credentialsLine(
  challenge: Challenge,
  secret: Secret,
  request: { readonly method: string; readonly uri: string; readonly body?: string },
  forgery: Forgery = {},
): string {
  const header = challenge.kind === "proxy" ? "Proxy-Authorization" : "Authorization";
  return `${header}: ${credentials(challenge, secret, request, forgery)}`;
}

function credentials(
  challenge: Challenge,
  secret: Secret,
  request: { readonly method: string; readonly uri: string; readonly body?: string },
  forgery: Forgery,
): string {
  const { parameters } = challenge;
  const hash = hasher(baseAlgorithm(challenge));
  const username = forgery.username ?? secret.username;
  const realm = forgery.realm ?? parameters.get("realm") ?? "";
  const nonce = forgery.nonce ?? parameters.get("nonce") ?? "";
  const uri = forgery.uri ?? request.uri;
  const algorithm = forgery.algorithm ?? parameters.get("algorithm");
  const qop = forgery.qop ?? chooseQop(parameters.get("qop"));
  const cnonce = forgery.cnonce ?? randomBytes(8).toString("hex");
  const nc = forgery.nc ?? "00000001";

  const plain = hash(`${username}:${realm}:${forgery.password ?? secret.password}`);
  const isSession = /-sess$/i.test(parameters.get("algorithm") ?? "");
  const a1 = isSession ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
  const a2 = hash(`${request.method}:${uri}${qop === "auth-int" ? `:${hash(request.body ?? "")}` : ""}`);
  const answer = hash(qop === "" ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);

  const opaque = parameters.get("opaque");
  return [
    `Digest username="${username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${forgery.response ?? answer}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop === "" ? [] : [`qop=${qop}`, `nc=${nc}`]),
    ...(qop === "" && !isSession ? [] : [`cnonce="${cnonce}"`]),
  ].join(", ");
}

/** `auth` if it is offered; "" for the way of RFC 2069. */
function chooseQop(offered: string | undefined): string {
  if (offered === undefined) return "";
  const options = offered.split(",").map((option) => option.trim().toLowerCase());
  return options.includes("auth") ? "auth" : (options[0] ?? "");
}

function hasher(algorithm: string): (text: string) => string {
  const [, name] = ALGORITHMS.find(([known]) => known === algorithm) ?? ["md5", "md5"];
  return (text) => createHash(name).update(text).digest("hex");
}
