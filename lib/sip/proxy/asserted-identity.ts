// P-Asserted-Identity (RFC 3325): the sender's identity as this server has authenticated it, never as a phone claims it. A
// caller that wants its identity withheld (RFC 3323 `Privacy: id`) gets that, because no phone is in the trust domain.
import type { Aor } from "../syntax/aor.ts";
import { field, headers, type SipMessage, type SipRequest, valueOf, withFields, withFirst } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import type { World } from "../world.ts";

/** P-Asserted-Identity (§9.1), a phone's proposal for it (§9.2), and the header that gateways trusted before RFC 3325. */
const CLAIMS = new Set(["p-asserted-identity", "p-preferred-identity", "remote-party-id"]);

/**
 * Earlier forwardings of a call. Phones are not trusted with them (RFC 5806 §8, RFC 7044 §11); a peer may have forwarded the
 * call.
 */
const HISTORY = new Set(["diversion", "history-info"]);

/** §5: claims of an untrusted sender are not forwarded. */
export function withoutClaims<M extends SipMessage>(message: M): M {
  return without(message, CLAIMS);
}

/**
 * §6: the request with its sender's identity. A peer may assert identities outside the deployment's own domains, and the
 * forwardings of a call before it came here.
 */
export function withAssertedIdentity(request: SipRequest, identity: Aor, world: Pick<World, "settings">): SipRequest {
  const isPeer = Object.values(world.settings.peers).includes(identity);
  if (isPeer && !claimsOurs(request, world)) return request;
  const stripped = withoutClaims(isPeer ? request : without(request, HISTORY));
  // RFC 3323 §4.2 has one Privacy header; of several, the strictest counts.
  const wishes = headers(request, "privacy").flatMap((value) => value.split(/[;,]/));
  const isWithheld = wishes.some((wish) => wish.trim().toLowerCase() === "id");
  return isWithheld ? stripped : withFirst(stripped, field("P-Asserted-Identity", `<${identity}>`));
}

function without<M extends SipMessage>(message: M, names: ReadonlySet<string>): M {
  if (!message.fields.some(({ name }) => names.has(name))) return message;
  return withFields(
    message,
    message.fields.filter(({ name }) => !names.has(name)),
  );
}

/** The request claims an identity in one of our domains. A claim that cannot be read counts as one. */
function claimsOurs(request: SipRequest, { settings }: Pick<World, "settings">): boolean {
  const claims = request.fields.filter(({ name }) => CLAIMS.has(name)).flatMap((claim) => splitList(valueOf(claim)));
  return claims.some((claim) => {
    const uri = parseNameAddr(claim)?.uri;
    if (uri === undefined) return true;
    return uri.kind === "sip" && settings.domains.includes(uri.host.replace(/\.$/, "")); // an maddr does not matter here
  });
}
