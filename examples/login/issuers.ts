// Props for other OpenID Connect issuers. `issuer` must equal the tokens' `iss`, to the last slash.
import type { SipSignalingProps } from "sip-serverless";

/** Auth0: access tokens of an API. An Action puts the user into a claim of your own. */
export const auth0: SipSignalingProps["tokens"] = {
  issuer: "https://tenant.eu.auth0.com/",
  audience: "https://phones.example.com",
  claim: "https://example.com/sip",
};

/** Keycloak: access tokens with an audience mapper. The user is `preferred_username`, the default claim. */
export const keycloak: SipSignalingProps["tokens"] = {
  issuer: "https://login.example.com/realms/phones",
  audience: "phones",
};
