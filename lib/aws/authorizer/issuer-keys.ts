// The keys of an OpenID Connect issuer, cached in the execution environment.
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { IssuerError } from "../../errors.ts";
import { isTrustworthyUrl } from "./issuer-url.ts";

/** Milliseconds for one request. Discovery, keys, and keys again after a rotation fit into the function's timeout. */
const TIMEOUT_MILLISECONDS = 2000;
/** Milliseconds after which a withdrawn key is refused at the latest. */
const CACHE_MILLISECONDS = 600_000;
/** Shortest interval in milliseconds between requests to the issuer because of unknown keys. */
const COOLDOWN_MILLISECONDS = 30_000;

/** Finds the key of a token. Rejects with {@link IssuerError} if the issuer cannot be asked; the next call asks again. */
export function issuerKeys(issuer: string): JWTVerifyGetKey {
  let discovered: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    discovered ??= discover(issuer).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return (await discovered)(header, token);
  };
}

/** OpenID Connect Discovery §4: the path is appended to the issuer, and the document must name the same issuer. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  if (!isTrustworthyUrl(url)) throw new IssuerError(`${issuer} is not an https URL`);
  const response = await ask(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  const { issuer: named, jwks_uri: keys } = toObject(await textOf(response, url));
  if (named !== issuer) throw new IssuerError(`${url} is about ${JSON.stringify(named)}`);
  if (typeof keys !== "string" || !isTrustworthyUrl(keys)) throw new IssuerError(`${url} names no https jwks_uri`);
  return createRemoteJWKSet(new URL(keys), {
    timeoutDuration: TIMEOUT_MILLISECONDS,
    cacheMaxAge: CACHE_MILLISECONDS,
    cooldownDuration: COOLDOWN_MILLISECONDS,
    [customFetch]: ask,
  });
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(unreachable(url));
  if (response.status !== 200) throw new IssuerError(`${url} answered ${response.status}`);
  return response;
}

function textOf(response: Response, url: string): Promise<string> {
  return response.text().catch(unreachable(url));
}

function unreachable(url: string): (cause: unknown) => never {
  return (cause) => {
    throw new IssuerError(`${url} cannot be reached: ${String(cause)}`, { cause });
  };
}

function toObject(text: string): { readonly issuer?: unknown; readonly jwks_uri?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
