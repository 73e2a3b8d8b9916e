// RFC 3261 §16.4: our own entry on top of the Route comes off; what it says is where the request goes.
import type { Refusal } from "../uas/reply.ts";
import { field, header, headers, type SipRequest, without, withFirstValue } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { hasParameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { parseUri } from "../syntax/uri.ts";
import { isOurDomain } from "../syntax/aor.ts";
import { type Dialog, fromDialogToken } from "../tokens/dialog-token.ts";
import type { Settings } from "../policy/settings.ts";
import type { World } from "../world.ts";

export type Routed =
  | { readonly kind: "by Request-URI"; readonly request: SipRequest }
  | { readonly kind: "in dialog"; readonly request: SipRequest; readonly dialog: Dialog; readonly token: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Routes to ourselves that a client may pile up; who has more wants something else. */
const MAX_PRELOADED = 4;

export function preprocessRoute(request: SipRequest, isInDialog: boolean, world: World): Routed {
  const strict = isInDialog ? fromStrictRouter(request, world) : undefined;
  if (strict !== undefined) return strict;

  let routed = request;
  for (let popped = 0; popped <= MAX_PRELOADED; popped += 1) {
    const value = header(routed, "route");
    if (value === undefined) return { kind: "by Request-URI", request: routed };
    const [top = "", ...rest] = splitList(value);
    const route = parseNameAddr(top);
    if (route === undefined) return refused(400, "Malformed Route");
    // A flow leads to nobody but us: a route through others would make us their relay.
    if (route.uri.kind !== "sip" || !isOurDomain(route.uri, ourNames(world.settings))) return refused(403);

    routed = withFirstValue(routed, "route", rest.length === 0 ? undefined : rest.join(", "));
    const token = route.uri.user;
    if (token === undefined || !isInDialog) continue; // pre-loaded, as clients are configured: the Request-URI decides
    const dialog = fromDialogToken(token, "dialog", world.keys);
    return dialog === undefined ? refused(403, "Invalid Route") : { kind: "in dialog", request: routed, dialog, token };
  }
  return refused(400, "Too Many Routes");
}

/** What a Route may call us: a client that was given a URL to connect to may make it its outbound proxy. */
function ourNames({ domains, host }: Settings): readonly string[] {
  return host === undefined ? domains : [...domains, host];
}

function refused(status: 400 | 403, reason?: string): Routed {
  return { kind: "refused", refusal: reason === undefined ? { status } : { status, reason } };
}

/** What RFC 2543 knew: the Request-URI is our Record-Route entry, and where the request is meant to go ends the Route. */
function fromStrictRouter(request: SipRequest, world: World): Routed | undefined {
  const uri = parseUri(request.uri);
  if (uri?.kind !== "sip" || uri.user === undefined || !hasParameter(uri.parameters, "lr")) return undefined;
  const dialog = isOurDomain(uri, world.settings.domains) ? fromDialogToken(uri.user, "dialog", world.keys) : undefined;
  const routes = headers(request, "route").flatMap(splitList);
  const target = parseNameAddr(routes.at(-1) ?? "");
  if (dialog === undefined || target === undefined) return undefined;

  const rest = routes.slice(0, -1).map((route) => field("Route", route));
  const { fields } = without(request, "route");
  const meant = { ...request, uri: target.address, fields: [...rest, ...fields] };
  return { kind: "in dialog", request: meant, dialog, token: uri.user };
}
