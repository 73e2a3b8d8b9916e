// What a request shows to prove who sends it (RFC 3261 §22.2, §22.3; RFC 8898 §2).
import { type Aor, aor } from "../syntax/aor.ts";
import { type AuthHeader, parseAuthHeader } from "../syntax/auth-header.ts";
import { type HeaderField, headers, type SipRequest, valueOf, withFields } from "../syntax/message.ts";
import type { Arrival } from "../transport/incoming.ts";
import type { Question, World } from "../world.ts";
import { authHeaders, isOurRealm, type Role } from "./challenge.ts";
import { type DigestCredentials, readDigest } from "./digest.ts";
import { countersOf } from "../limits/lockout.ts";
import { judgeNonce } from "./nonce.ts";

export type Presented =
  | { readonly kind: "digest"; readonly credentials: DigestCredentials }
  | { readonly kind: "token"; readonly token: string }
  /** It answers a challenge of ours, but not as it should. */
  | { readonly kind: "improper"; readonly problem: string }
  /** It answers a challenge of ours that is too old by now. */
  | { readonly kind: "stale" }
  | { readonly kind: "nothing" };

/**
 * The best that is meant for us, of all fields (§22.3: others belong to other realms). An answer to a challenge we never
 * made on this flow is as good as none, and whoever was let in at the door has nothing to prove.
 */
export function presented(role: Role, arrival: Arrival<SipRequest>, world: World): Presented {
  if (arrival.identity !== undefined) return NOTHING;
  let best = NOTHING;
  for (const value of headers(arrival.message, authHeaders[role].credentials)) {
    const parsed = parseAuthHeader(value);
    const shown = parsed === undefined ? NOTHING : read(parsed, arrival, world);
    if (ranks.indexOf(shown.kind) < ranks.indexOf(best.kind)) best = shown;
  }
  return best;
}

const NOTHING: Presented = { kind: "nothing" };
const ranks: readonly Presented["kind"][] = ["digest", "token", "improper", "stale", "nothing"];

function read(header: AuthHeader, { flow }: Arrival<SipRequest>, world: World): Presented {
  const { scheme, parameters, token = "" } = header;
  if (scheme === "bearer" && world.settings.bearer !== undefined) return { kind: "token", token };
  if (!isOurDigest(header, world)) return NOTHING;

  const nonce = parameters.get("nonce");
  const age = nonce === undefined ? "fresh" : judgeNonce(nonce, flow, world.now, world.keys);
  if (age === "foreign") return NOTHING;
  if (age === "stale") return { kind: "stale" };
  const digest = readDigest(parameters);
  if (!digest.ok) return { kind: "improper", problem: digest.problem };
  if (!world.settings.digestAlgorithms.includes(digest.credentials.algorithm)) {
    return { kind: "improper", problem: "Digest Algorithm Not Offered" }; // RFC 8760 §2.4
  }
  return { kind: "digest", credentials: digest.credentials };
}

function isOurDigest({ scheme, parameters }: AuthHeader, world: World): boolean {
  return scheme === "digest" && isOurRealm(parameters.get("realm"), world);
}

/** The AOR whose password the credentials claim to know. */
export function claimedAor(credentials: DigestCredentials): Aor {
  return aor(credentials.username, credentials.realm);
}

/** What must be read to judge it. Only a password needs anything; a refresh shows none, and asks nothing. */
export function whatToRead(
  shown: Presented,
  { source }: Arrival<SipRequest>,
): Pick<Question, "subscribers" | "failures"> {
  if (shown.kind !== "digest") return {};
  const claimed = claimedAor(shown.credentials);
  return { subscribers: [claimed], failures: countersOf(claimed, source).map(({ key }) => key) };
}

/**
 * §22.3: what was meant for us goes no further; whoever gets it could guess passwords at leisure. That goes for Authorization
 * too, although a proxy leaves that field alone: nobody but us has our realm. And where tokens are taken, for a token in
 * it: JsSIP puts its token into every request, and the phone that is called could register with it.
 */
export function withoutOurCredentials(request: SipRequest, world: World): SipRequest {
  const takesTokens = world.settings.bearer !== undefined;
  const isOurs = (field: HeaderField) => {
    if (!field.is(authHeaders.proxy.credentials) && !field.is(authHeaders.registrar.credentials)) return false;
    const parsed = parseAuthHeader(valueOf(field));
    if (parsed === undefined) return false;
    return isOurDigest(parsed, world) || (takesTokens && parsed.scheme === "bearer");
  };
  return request.fields.some(isOurs)
    ? withFields(
        request,
        request.fields.filter((field) => !isOurs(field)),
      )
    : request;
}
