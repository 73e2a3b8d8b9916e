// Digest (RFC 7616 §3.4, RFC 8760, and RFC 3261 §22.4 for SIP).
import { hash as hashText } from "node:crypto";
import { isEqual } from "../tokens/signature.ts";
import type { AuthParameters } from "../syntax/auth-header.ts";
import { type DigestAlgorithm, digestAlgorithms } from "../state/digest-algorithm.ts";
import { parseExtendedValue } from "./extended-value.ts";

/** H(username:realm:password), stored in a subscriber's record instead of a password. Lower-case hexadecimal. */
export function ha1(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return hash(algorithm, `${username}:${realm}:${password}`);
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return hashText(digestAlgorithms[algorithm], text);
}

/** Credentials in the shape of RFC 7616 §3.4. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  /** Present with `qop=auth`; absent for clients of RFC 2069, which RFC 3261 §22.4 item 8 still allows. */
  readonly protection?: { readonly cnonce: string; readonly nc: string };
}

export type ReadDigest =
  | { readonly ok: true; readonly credentials: DigestCredentials }
  /** For the reason phrase: the name of a parameter, never its value. */
  | { readonly ok: false; readonly problem: string };

/**
 * §3.4: a missing or improper parameter is a client error (4xx), and an option that was never offered (`auth-int`,
 * `-sess`, `userhash`) is one too.
 */
export function readDigest(parameters: AuthParameters): ReadDigest {
  const username = usernameIn(parameters);
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  const uri = parameters.get("uri");
  const response = parameters.get("response")?.toLowerCase();
  if (username === undefined) return problem("username");
  if (realm === undefined) return problem("realm");
  if (nonce === undefined) return problem("nonce");
  if (uri === undefined) return problem("uri");
  if (response === undefined) return problem("response");
  const algorithm = (parameters.get("algorithm") ?? "MD5").toUpperCase();
  if (!isKnown(algorithm)) return problem("algorithm");
  const credentials = { username, realm, nonce, uri, response, algorithm };

  const qop = parameters.get("qop");
  if (qop === undefined) return { ok: true, credentials };
  const cnonce = parameters.get("cnonce");
  const nc = parameters.get("nc");
  if (qop.toLowerCase() !== "auth") return problem("qop");
  if (cnonce === undefined) return problem("cnonce");
  if (nc === undefined || !/^[0-9a-f]{8}$/i.test(nc)) return problem("nc");
  return { ok: true, credentials: { ...credentials, protection: { cnonce, nc } } };
}

function problem(parameter: string): ReadDigest {
  return { ok: false, problem: `Digest ${parameter} Missing or Improper` };
}

/**
 * §3.4: `username`, or `username*` for names that a quoted string cannot hold; both together are an error, and a hash
 * (§3.4.4) was never asked for.
 */
function usernameIn(parameters: AuthParameters): string | undefined {
  if (parameters.get("userhash")?.toLowerCase() === "true") return undefined;
  const extended = parameters.get("username*");
  const plain = parameters.get("username");
  if (extended === undefined) return plain;
  return plain === undefined ? parseExtendedValue(extended) : undefined;
}

function isKnown(algorithm: string): algorithm is DigestAlgorithm {
  return Object.hasOwn(digestAlgorithms, algorithm);
}

/**
 * §3.4.1: whether the response proves knowledge of the password behind `secret` (an HA1). Without a secret (no such user, no
 * HA1 of this algorithm, an empty one) it never does, after the same work.
 */
export function isRightResponse(credentials: DigestCredentials, method: string, secret: string | undefined): boolean {
  const { algorithm, nonce, uri, protection } = credentials;
  const ha2 = hash(algorithm, `${method}:${uri}`);
  const middle = protection === undefined ? nonce : `${nonce}:${protection.nc}:${protection.cnonce}:auth`;
  const hasSecret = secret !== undefined && secret !== "";
  const expected = hash(algorithm, `${hasSecret ? secret : noSecret[algorithm]}:${middle}:${ha2}`);
  return isEqual(expected, credentials.response) && hasSecret;
}

/** Stands in for a missing HA1, with the same length. */
const noSecret = { MD5: "0".repeat(32), "SHA-256": "0".repeat(64), "SHA-512-256": "0".repeat(64) } as const;
