// Credentials, challenges and Authentication-Info (RFC 3261 §20.6, §20.7, §20.27, §20.28, §20.44).
import {
  type AuthHeader,
  type AuthParameters,
  parseAuthHeader,
  parseAuthParameters,
  serializeAuthHeader,
  serializeAuthParameters,
} from "../auth-header.ts";
import type { Codec } from "./codec.ts";

/** A scheme and its parameters. */
export const credentials: Codec<AuthHeader> = { parse: parseAuthHeader, serialize: serializeAuthHeader };

/** Parameters without a scheme. */
export const authenticationInfo: Codec<AuthParameters> = {
  parse: parseAuthParameters,
  serialize: serializeAuthParameters,
};
