// Stands in for `@aws-sdk/credential-provider-node` in the bundles. A Lambda finds its credentials in its environment and
// nowhere else; the original also brings clients for SSO, STS and the metadata of EC2, a fifth of the whole bundle.

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Called by the SDK's clients without explicit credentials. The provider rejects if the environment has no keys. */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
    const { AWS_SESSION_TOKEN: sessionToken } = process.env;
    if (!accessKeyId || !secretAccessKey) throw new Error("no AWS credentials in the environment");
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  };
}
