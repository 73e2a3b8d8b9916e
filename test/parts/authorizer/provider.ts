// The answers of an OpenID Connect issuer, by oidc-provider.
import type { RequestListener } from "node:http";
import type { JWK } from "jose";
import { Provider } from "oidc-provider";
import { audience } from "./audience.ts";

interface Asked {
  readonly oidc: { readonly body?: { readonly user?: string } };
}

/**
 * A client with its secret gets an access token for a user of its choice, as an app's backend might.
 * @param pages URLs of phone pages that sign in by its login page
 */
export function createProvider(issuer: string, key: JWK, pages: readonly string[] = []): RequestListener {
  const configuration = {
    jwks: { keys: [{ ...key }] },
    clients: [
      {
        client_id: "phone",
        client_secret: "secret",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: "page",
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code"],
        redirect_uris: pages.length > 0 ? [...pages] : ["https://phone.example.com/"],
        response_types: ["code"],
      },
    ],
    clientBasedCORS: () => true,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: pages.length > 0 }, // a login page that takes any password
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: "", audience, accessTokenFormat: "jwt", accessTokenTTL: 300 }),
      },
    },
    findAccount: (_request: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    ttl: { AccessToken: 300, ClientCredentials: 300, Grant: 300, IdToken: 300, Interaction: 300, Session: 300 },
    extraParams: ["user"],
    extraTokenClaims: ({ oidc }: Asked, { accountId }: { readonly accountId?: string }) => ({
      preferred_username: oidc.body?.user ?? accountId,
    }),
  };
  const { warn } = console;
  console.warn = () => undefined; // that a store in memory and such a login page are not for production
  try {
    return new Provider(issuer, configuration).callback();
  } finally {
    console.warn = warn;
  }
}
