// Verification of AWS Signature Version 4. A client that signs wrongly must fail here, before its first deployment.
import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Credentials } from "./credentials.ts";

export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Fields of the Authorization header. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20261124/us-east-1/dynamodb/aws4_request` */
  readonly scope: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; undefined if it is not one. */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const [algorithm, ...rest] = (header ?? "").split(/[\s,]+/);
  if (algorithm !== "AWS4-HMAC-SHA256") return undefined;
  const fields = new Map(rest.map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
  const [accessKeyId = "", ...scope] = (fields.get("Credential") ?? "").split("/");
  const [, region, service, terminator] = scope;
  const signature = fields.get("Signature");
  const signedHeaders = fields.get("SignedHeaders")?.split(";");
  if (!region || !service || terminator !== "aws4_request" || !signature || !signedHeaders) return undefined;
  return { accessKeyId, scope: scope.join("/"), region, service, signedHeaders, signature };
}

/** The problem with a signature, in the words of AWS; undefined if it is valid. */
export function signatureProblem(
  request: SignedRequest,
  authorization: Authorization,
  credentials: Credentials,
  now: number,
): string | undefined {
  const date = headerText(request, "x-amz-date");
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(signedAt)) return `Date must be in ISO-8601 'basic format'. Got '${date}'.`;
  if (Math.abs(now - signedAt) > TOLERANCE_MS) return `Signature expired: ${date} is not within 15 minutes of now`;
  if (!authorization.scope.startsWith(date.slice(0, 8))) return "Date in Credential scope does not match X-Amz-Date";
  if (!authorization.signedHeaders.includes("host")) return "'Host' must be a 'SignedHeader'";
  if (headerText(request, "x-amz-security-token") !== (credentials.sessionToken ?? "")) {
    return "The security token included in the request is invalid";
  }
  const canonical = canonicalRequest(request, authorization.signedHeaders);
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${authorization.scope}\n${sha256(canonical)}`;
  const expected = createHmac("sha256", signingKey(credentials, authorization.scope)).update(toSign).digest();
  const given = Buffer.from(authorization.signature, "hex");
  if (given.length === expected.length && timingSafeEqual(given, expected)) return undefined;
  return `The request signature we calculated does not match the signature you provided. The canonical request should have been\n${canonical}`;
}

function canonicalRequest({ method, url, headers, body }: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = "", query = ""] = url.split("?", 2);
  const sorted = signedHeaders.toSorted(); // the client may name them in any order
  const lines = sorted.map(
    (name) =>
      `${name}:${String(headers[name] ?? "")
        .trim()
        .replace(/ +/g, " ")}`,
  );
  const parameters = query === "" ? "" : query.split("&").map(withValue).sort().join("&");
  return [
    method,
    path.split("/").map(encode).join("/"), // every service except S3 encodes the path once more
    parameters,
    ...lines,
    "",
    sorted.join(";"),
    sha256(body),
  ].join("\n");
}

/** RFC 3986's unreserved characters stay. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) =>
    `%${character.charCodeAt(0).toString(16)}`.toUpperCase(),
  );
}

const withValue = (parameter: string): string => (parameter.includes("=") ? parameter : `${parameter}=`);

/** Derived once a day and service for each key. */
function signingKey({ accessKeyId, secretAccessKey }: Credentials, scope: string): KeyObject {
  const id = `${accessKeyId} ${secretAccessKey} ${scope}`;
  const found = signingKeys.get(id);
  if (found) return found;
  if (signingKeys.size > 1000) signingKeys.clear();
  const first: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
  const secret = scope.split("/").reduce((last, part) => createHmac("sha256", last).update(part).digest(), first);
  const key = createSecretKey(secret); // a Buffer would be turned into a key at each call, for five times the time
  signingKeys.set(id, key);
  return key;
}

const signingKeys = new Map<string, KeyObject>();

function headerText({ headers }: SignedRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

function sha256(data: string | Buffer): string {
  return hash("sha256", data, "hex");
}

const TOLERANCE_MS = 15 * 60_000;
