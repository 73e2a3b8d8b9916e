// Digest (RFC 7616 §3.4, RFC 8760; RFC 3261 §22.4 for what SIP makes of it).
import { createHash } from "node:crypto";
import { isEqual } from "../transport/signature.ts";
import { type DigestAlgorithm, digestAlgorithms } from "./algorithm.ts";
import type { AuthHeader } from "../syntax/auth-header.ts";

/** H(username:realm:password): what a subscriber's record holds instead of a password. Lower-case hexadecimal. */
export function ha1(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return hash(algorithm, `${username}:${realm}:${password}`);
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(digestAlgorithms[algorithm]).update(text).digest("hex");
}

/** Credentials in the shape of RFC 7616 §3.4. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  /** Present with `qop=auth`; absent for clients of RFC 2069 days. */
  readonly protection?: { readonly cnonce: string; readonly nc: string };
}

/** Undefined if something is missing, or if it uses what we never offer (`auth-int`, `-sess`). */
export function toDigestCredentials({ scheme, parameters }: AuthHeader): DigestCredentials | undefined {
  const username = parameters.get("username");
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  const uri = parameters.get("uri");
  const response = parameters.get("response")?.toLowerCase();
  const algorithm = (parameters.get("algorithm") ?? "MD5").toUpperCase();
  if (scheme !== "digest" || !isOffered(algorithm)) return undefined;
  if (username === undefined || realm === undefined || nonce === undefined) return undefined;
  if (uri === undefined || response === undefined) return undefined;
  const credentials = { username, realm, nonce, uri, response, algorithm };

  const qop = parameters.get("qop");
  if (qop === undefined) return credentials;
  const cnonce = parameters.get("cnonce");
  const nc = parameters.get("nc");
  if (qop !== "auth" || cnonce === undefined || nc === undefined || !/^[0-9a-f]{8}$/i.test(nc)) return undefined;
  return { ...credentials, protection: { cnonce, nc } };
}

function isOffered(algorithm: string): algorithm is DigestAlgorithm {
  return Object.hasOwn(digestAlgorithms, algorithm);
}

/** §3.4.1: does the response prove knowledge of the password behind `secret` (an HA1)? */
export function isRightResponse(credentials: DigestCredentials, method: string, secret: string): boolean {
  const { algorithm, nonce, uri, protection } = credentials;
  const ha2 = hash(algorithm, `${method}:${uri}`);
  const middle = protection === undefined ? nonce : `${nonce}:${protection.nc}:${protection.cnonce}:auth`;
  return isEqual(hash(algorithm, `${secret}:${middle}:${ha2}`), credentials.response);
}
