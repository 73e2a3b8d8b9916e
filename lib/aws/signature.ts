// AWS Signature Version 4 (IAM user guide, "create a signed AWS API request"), for the one Lambda that brings no SDK: its
// cold start is the time a phone waits for its connection.
import { createHash, createHmac } from "node:crypto";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface PostRequest {
  /** Without a query. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers of the request with its signature. `at` is the time in epoch milliseconds. */
export function signedHeaders(
  { url, headers, body }: PostRequest,
  { region, service }: { readonly region: string; readonly service: string },
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  at: number,
): Record<string, string> {
  const date = `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const token = sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken };
  const all: Record<string, string> = { ...headers, host: url.host, "x-amz-date": date, ...token };
  const names = Object.keys(all).sort();

  const lines = names.map((name) => `${name}:${all[name]?.trim()}\n`).join("");
  const canonical = ["POST", url.pathname, "", lines, names.join(";"), sha256(body)].join("\n");
  const scope = [date.slice(0, 8), region, service, "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const { host: _set, ...sent } = all; // the client sets it from the URL
  return { ...sent, authorization };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
