// Credentials of which a test can alter every part, as they are on the wire.
import { createHash } from "node:crypto";
import { type AuthHeader, parseAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import { headers, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { unquote } from "../../../lib/sip/syntax/scan.ts";

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
}

/** Parameters as written, quotes included; undefined leaves one out. The others are right. */
export type Bent = Readonly<Record<string, string | undefined>>;

const hashNames: Readonly<Record<string, string>> = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };

/** All challenges of a 401 or 407, in their order. */
export function challengesIn(challenged: SipResponse): readonly AuthHeader[] {
  const name = challenged.status === 407 ? "proxy-authenticate" : "www-authenticate";
  return headers(challenged, name).map((value) => parseAuthHeader(value) ?? { scheme: "", parameters: new Map() });
}

/** The value of a header that answers the challenge for `algorithm`, or the first challenge. */
export function digestValue(challenged: SipResponse, login: Login, bent: Bent = {}): string {
  const digests = challengesIn(challenged).filter(({ scheme }) => scheme === "digest");
  const named = bent["algorithm"];
  const offered = digests.find(({ parameters }) => parameters.get("algorithm") === named) ?? digests[0];
  const given = (name: string) => offered?.parameters.get(name) ?? "";
  const written: Bent = {
    username: `"${login.user}"`,
    realm: `"${given("realm")}"`,
    nonce: `"${given("nonce")}"`,
    uri: `"${login.uri}"`,
    algorithm: given("algorithm"),
    qop: "auth",
    nc: "00000001",
    cnonce: '"c0ffee"',
    ...bent,
  };
  const parameters = { ...written, response: bent["response"] ?? `"${responseTo(written, login)}"` };
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `Digest ${present.map(([name, value]) => `${name}=${value}`).join(", ")}`;
}

/**
 * RFC 7616 §3.4.1, over the parameters as written; with `-sess` (§3.4.2) and `auth-int` (§3.4.3) as a client would
 * compute it.
 */
function responseTo(written: Bent, { user, password, method }: Login): string {
  const [realm, nonce, uri, nc, cnonce, qop] = ["realm", "nonce", "uri", "nc", "cnonce", "qop"].map((name) =>
    unquote(written[name] ?? ""),
  );
  const algorithm = (written["algorithm"] ?? "MD5").toUpperCase();
  const hash = (text: string) =>
    createHash(hashNames[algorithm.replace("-SESS", "")] ?? "md5")
      .update(text)
      .digest("hex");
  const plain = hash(`${user}:${realm}:${password}`);
  const a1 = algorithm.endsWith("-SESS") ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
  const a2 = hash(qop === "auth-int" ? `${method}:${uri}:${hash("")}` : `${method}:${uri}`);
  return hash(written["qop"] === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);
}
