// Sign-in by the login page of an OpenID Connect issuer: authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636), by
// oauth4webapi. Tokens stay in memory; a reload goes through the login page again, which remembers the user.
import * as oauth from "oauth4webapi";
import type { IssuerSignIn } from "../../phone-config.ts";
import { texts } from "../texts.ts";

/** A sign-in that an issuer has confirmed. */
export interface IssuerSession {
  /** The value of the claim that holds the SIP user: a user name or a SIP address. */
  readonly user: string;
  /** A token that is valid now. Rejects with a SignInError if the user has to sign in again. */
  token(): Promise<string>;
}

/** The message is a sentence for the user. */
export class SignInError extends Error {
  readonly code = "ERR_SIGN_IN";
}

interface Started {
  readonly state: string;
  readonly verifier: string;
}

const STARTED = "phone.sign-in";
const WAS_SIGNED_IN = "phone.signed-in";
/** A token that expires sooner is renewed first. */
const MARGIN_SECONDS = 20;

/** Leaves this page for the login page. */
export async function goToLogin(settings: IssuerSignIn): Promise<void> {
  const server = await discover(settings);
  if (server.authorization_endpoint === undefined) throw new SignInError(texts.signIn.failures.issuerUnreachable);
  const started: Started = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier() };
  sessionStorage.setItem(STARTED, JSON.stringify(started));
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    ...settings.parameters,
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    scope: settings.scope ?? "openid",
    state: started.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(started.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

/** The session if this page was opened by the login page, else undefined. Rejects with a SignInError if login failed. */
export async function returnFromLogin(settings: IssuerSignIn): Promise<IssuerSession | undefined> {
  const stored = sessionStorage.getItem(STARTED);
  const url = new URL(location.href);
  if (stored === null || !url.searchParams.has("state")) return undefined;
  sessionStorage.removeItem(STARTED);
  history.replaceState(null, "", url.pathname);
  const { state, verifier }: Started = JSON.parse(stored);
  const server = await discover(settings);
  const answered = await refused(async () => {
    const parameters = oauth.validateAuthResponse(server, clientOf(settings), url, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      clientOf(settings),
      oauth.None(),
      parameters,
      redirectUri(),
      verifier,
      tokenOptions(settings),
    );
    return oauth.processAuthorizationCodeResponse(server, clientOf(settings), response);
  });
  sessionStorage.setItem(WAS_SIGNED_IN, "yes");
  return openSession(settings, server, answered);
}

/** Whether this tab was signed in when it was loaded last, so that the login page can be visited without asking. */
export function wasSignedIn(): boolean {
  return sessionStorage.getItem(WAS_SIGNED_IN) !== null;
}

export function forgetSignIn(): void {
  sessionStorage.removeItem(WAS_SIGNED_IN);
}

function openSession(
  settings: IssuerSignIn,
  server: oauth.AuthorizationServer,
  first: oauth.TokenEndpointResponse,
): IssuerSession {
  let current = first;
  let refreshToken = first.refresh_token;
  const token = () => (settings.token === "id" ? current.id_token : current.access_token) ?? "";
  const claim = settings.claim ?? "preferred_username";
  const user = claimsOf(token())[claim];
  if (typeof user !== "string" || user === "") throw new SignInError(texts.signIn.failures.noUser(claim));
  return {
    user,
    token: async () => {
      if (!expiresWithin(token(), MARGIN_SECONDS)) return token();
      if (refreshToken === undefined) throw new SignInError(texts.signIn.failures.expired);
      const presented = refreshToken;
      current = await refused(async () => {
        const client = clientOf(settings);
        const options = tokenOptions(settings);
        const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), presented, options);
        return oauth.processRefreshTokenResponse(server, client, response);
      });
      refreshToken = current.refresh_token ?? presented;
      return token();
    },
  };
}

async function discover(settings: IssuerSignIn): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(settings.issuer);
  try {
    const response = await oauth.discoveryRequest(issuer, insecure(settings));
    return await oauth.processDiscoveryResponse(issuer, response);
  } catch (error) {
    throw new SignInError(texts.signIn.failures.issuerUnreachable, { cause: error });
  }
}

/** Turns what an issuer refuses into a sentence. */
async function refused<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const why =
      error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError
        ? error.error
        : "invalid answer";
    throw new SignInError(texts.signIn.failures.issuerRefused(why), { cause: error });
  }
}

function clientOf({ clientId }: IssuerSignIn): oauth.Client {
  return { client_id: clientId };
}

function tokenOptions(settings: IssuerSignIn): oauth.TokenEndpointRequestOptions {
  return { ...insecure(settings), additionalParameters: { ...settings.parameters } };
}

/** Plain http is for an issuer on this machine, in tests. */
function insecure({ issuer }: IssuerSignIn): { readonly [oauth.allowInsecureRequests]: boolean } {
  const { protocol, hostname } = new URL(issuer);
  return { [oauth.allowInsecureRequests]: protocol === "http:" && LOOPBACK.test(hostname) };
}

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

function redirectUri(): string {
  return `${location.origin}${location.pathname}`;
}

/** The claims of a JWT. The server verifies it; this page only reads the name of its user. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ""] = token.split(".");
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new SignInError(texts.signIn.failures.issuerRefused("no JWT"), { cause: error });
  }
}

function expiresWithin(token: string, seconds: number): boolean {
  const { exp } = claimsOf(token);
  return typeof exp === "number" && exp - Date.now() / 1000 < seconds;
}
