// Signs a call to AWS for the one Lambda that brings no client of the SDK: its cold start is the time a phone waits for its
// connection. The signer is the SDK's own.
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

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

/** The headers of the request with its signature (IAM user guide, Signature Version 4). `at` is the time in epoch milliseconds. */
export async function signedHeaders(
  { url, headers, body }: PostRequest,
  scope: { readonly region: string; readonly service: string },
  credentials: AwsCredentials,
  at: number,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ ...scope, credentials, sha256: Sha256, applyChecksum: false });
  const { protocol, hostname, pathname: path, host } = url;
  const request = { method: "POST", protocol, hostname, path, headers: { ...headers, host }, body };
  const signed = await signer.sign(request, { signingDate: new Date(at) });
  const { host: _set, ...sent } = signed.headers; // the client sets it from the URL
  return sent;
}
