// Signature Version 4 (IAM user guide, "Signing AWS API requests"). The SDK's signer caches its key too, but looks it up by an
// HMAC for each request; here a request costs two hashes and one HMAC.
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Where a signature is valid. */
export interface Scope {
  readonly region: string;
  /** The signing name of the service: `dynamodb`, `sqs`, `secretsmanager`, `execute-api`. */
  readonly service: string;
}

export interface Unsigned {
  readonly method: string;
  /** As sent, without a query and without dot segments, which a URL resolves (RFC 3986 §5.2.4). */
  readonly path: string;
  /** Names in lower case, `host` among them; every one of them is signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request's headers with date, token and signature. `at` is the time in epoch milliseconds. */
export function signedHeaders(
  { method, path, headers, body }: Unsigned,
  { region, service }: Scope,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  at: number,
): Record<string, string> {
  const time = new Date(at).toISOString().replace(/-|:|\.\d{3}/g, ""); // 20261128T193000Z
  const date = time.slice(0, 8);
  const signed: Record<string, string> = { ...headers, "x-amz-date": time };
  if (sessionToken !== undefined) signed["x-amz-security-token"] = sessionToken;
  const names = Object.keys(signed).toSorted();
  const lines = names.map((name) => `${name}:${signed[name]}\n`).join("");
  const list = names.join(";");
  const canonical = `${method}\n${canonicalPath(path)}\n\n${lines}\n${list}\n${sha256(body)}`;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = signingKey(secretAccessKey, scope);
  const signature = createHmac("sha256", key)
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
    .digest("hex");
  signed["authorization"] =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
  return signed;
}

/** All services but S3 want the path as sent, encoded once more. */
function canonicalPath(path: string): string {
  return path === "/" ? path : path.split("/").map(encodeSegment).join("/");
}

/** RFC 3986 §2.3: only unreserved characters stay, which are fewer than `encodeURIComponent` leaves. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) =>
    `%${character.charCodeAt(0).toString(16)}`.toUpperCase(),
  );
}

/** One key per service and day, so the map holds a handful of them. A KeyObject spares each HMAC its key set-up. */
const keys = new Map<string, KeyObject>();
const MAX_KEYS = 16;

function signingKey(secret: string, scope: string): KeyObject {
  const id = `${scope} ${secret}`;
  const found = keys.get(id);
  if (found !== undefined) return found;
  if (keys.size >= MAX_KEYS) keys.clear();
  let derived = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split("/")) derived = createHmac("sha256", derived).update(part).digest();
  const key = createSecretKey(derived);
  keys.set(id, key);
  return key;
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
