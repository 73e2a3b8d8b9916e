// A real OpenID Connect issuer on loopback, in its own process. Messages set its keys; it reports its URL.
import { createServer } from "node:http";
import { once } from "node:events";
import Provider from "oidc-provider";
import { audience, type IssuerOrder } from "./issuer-order.ts";

const server = createServer((request, response) => answer(request, response)).listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const issuer = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
let answer: ReturnType<Provider["callback"]> = (_request, response) => void response.writeHead(503).end();

process.on("message", ({ keys, pages = [] }: IssuerOrder) => {
  answer = createIssuer(keys, pages);
  process.send?.({ issuer });
});
process.on("disconnect", () => process.exit());

/** A client with its secret gets an access token for a user of its choice, as an app's backend might. */
function createIssuer(keys: IssuerOrder["keys"], pages: readonly string[]): typeof answer {
  const provider = new Provider(issuer, {
    jwks: { keys },
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
    extraParams: ["user"],
    extraTokenClaims: ({ oidc }: Asked, { accountId }: { readonly accountId?: string }) => ({
      preferred_username: oidc.body?.user ?? accountId,
    }),
  });
  return provider.callback();
}

interface Asked {
  readonly oidc: { readonly body?: { readonly user?: string } };
}
