// The configuration of a page, read from `config.json` beside it.

/** An account that one click signs in: test users of a local cloud, never real ones. */
export interface Subscriber {
  readonly user: string;
  readonly password: string;
}

/** Sign-in by the login page of an OpenID Connect issuer: authorization code flow with PKCE, a public client. */
export interface IssuerSignIn {
  /** Issuer identifier, as in the `iss` of its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  /** Name on the button. Default: the host of the issuer. */
  readonly name?: string;
  /** Default: `openid`. */
  readonly scope?: string;
  /** More parameters of both requests, such as `{ "audience": "…" }` for Auth0 or `{ "resource": "…" }` (RFC 8707). */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The token that the server takes. Default: `access`; `id` for Cognito. */
  readonly token?: "access" | "id";
  /** The claim that holds the SIP user. Default: `preferred_username`. */
  readonly claim?: string;
  /** Where the server asks for the token: at `$connect`, or in REGISTER (RFC 8898). Default: `connect`. */
  readonly where?: "connect" | "register";
  /** Further origins that sign-in talks to, where the token endpoint is on another host than the issuer. */
  readonly origins?: readonly string[];
}

export interface PhoneConfig {
  /** WebSocket to connect to: `wss://…`, or a path on the server of the page. */
  readonly ws: string;
  readonly domain: string;
  /** Default: none. */
  readonly subscribers?: readonly Subscriber[];
  /** Default: sign-in by password only. */
  readonly signIn?: IssuerSignIn;
  /** Whether the page offers a form for a password. Default: yes, unless tokens are asked for at `$connect`. */
  readonly passwords?: boolean;
  /** Whether the page has a panel with the SIP messages. Default: yes. */
  readonly log?: boolean;
}
