// A real OpenID Connect issuer on loopback, as tests see it: it gives tokens, and the test has its keys and so can bend them.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { importJWK, type JWK, SignJWT } from "jose";
import { listen } from "../../support/listen.ts";
import { audience } from "./audience.ts";
import { createProvider } from "./provider.ts";

export interface Issuer {
  /** Issuer identifier. */
  readonly url: string;
  readonly key: JWK;
  /** From the token endpoint, as an app gets it. */
  token(user: string): Promise<string>;
  /** Replaces the keys; the old ones are gone. */
  rotate(key: JWK): void;
  /** Lets the pages with these URLs sign in by its login page. */
  admit(...pages: readonly string[]): void;
  close(): void;
}

/** A private signing key as the issuer keeps it. */
export function aKey(kid: string = randomUUID()): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
}

export async function anIssuer(key: JWK = aKey()): Promise<Issuer> {
  const server = createServer((request, response) => answer(request, response));
  const url = await listen(server);
  let answer = createProvider(url, key);
  return {
    url,
    key,
    async token(user) {
      const response = await fetch(`${url}/token`, {
        method: "POST",
        headers: { Authorization: `Basic ${Buffer.from("phone:secret").toString("base64")}` },
        body: new URLSearchParams({ grant_type: "client_credentials", resource: audience, user }),
      });
      const { access_token: token }: { access_token?: string } = JSON.parse(await response.text());
      if (token === undefined) throw new Error(`the issuer gave no token: ${response.status}`);
      return token;
    },
    rotate: (next) => void (answer = createProvider(url, next)),
    admit: (...pages) => void (answer = createProvider(url, key, pages)),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A token that is right except for the given changes. Times in seconds from now. */
export async function signed(
  key: JWK,
  claims: Readonly<Record<string, unknown>>,
  { from = -5, to = 300, alg = "RS256" }: { readonly from?: number; readonly to?: number; readonly alg?: string } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ nbf: now + from, exp: now + to, preferred_username: "alice", ...claims })
    .setProtectedHeader({ alg, kid: key.kid ?? "" })
    .sign(await importJWK(key, alg));
}
