// Who a call really is from (RFC 3325): said by us, who know it, and never by a phone. A caller that wants its identity
// withheld (RFC 3323 `Privacy: id`) gets that, for behind a phone there is nobody we trust.
import type { Aor } from "../syntax/aor.ts";
import { field, headers, type SipMessage, type SipRequest, valueOf, withFields, withFirst } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import type { World } from "../world.ts";

/** What only a trusted element may say, what a phone proposes to it (§9.1, §9.2), and what gateways trusted before there was that. */
const CLAIMS = new Set(["p-asserted-identity", "p-preferred-identity", "remote-party-id"]);

/** §5: claims of an untrusted sender go no further. */
export function withoutClaims<M extends SipMessage>(message: M): M {
  if (!message.fields.some(({ name }) => CLAIMS.has(name))) return message;
  return withFields(
    message,
    message.fields.filter(({ name }) => !CLAIMS.has(name)),
  );
}

/** §6: the request with the identity its sender proved. A peer is trusted with what it says of others than ours. */
export function withAssertedIdentity(request: SipRequest, identity: Aor, world: World): SipRequest {
  if (Object.values(world.settings.peers).includes(identity) && !claimsOurs(request, world)) return request;
  const stripped = withoutClaims(request);
  // RFC 3323 §4.2 has one Privacy header; where there are several, the one that hides most counts.
  const wishes = headers(request, "privacy").flatMap((value) => value.split(/[;,]/));
  const isWithheld = wishes.some((wish) => wish.trim().toLowerCase() === "id");
  return isWithheld ? stripped : withFirst(stripped, field("P-Asserted-Identity", `<${identity}>`));
}

/** Does it say to be somebody of ours? Of them we know who they are. What cannot be read may say anything. */
function claimsOurs(request: SipRequest, { settings }: World): boolean {
  const claims = request.fields.filter(({ name }) => CLAIMS.has(name)).flatMap((claim) => splitList(valueOf(claim)));
  return claims.some((claim) => {
    const uri = parseNameAddr(claim)?.uri;
    if (uri === undefined) return true;
    return uri.kind === "sip" && settings.domains.includes(uri.host.replace(/\.$/, "")); // wherever an maddr would lead
  });
}
