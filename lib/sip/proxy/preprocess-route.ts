// RFC 3261 §16.4: removes this server's own entry from the top of the Route. The entry's token names where the request goes.
import { field, header, headers, type SipRequest, without, withFirstValue } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { hasParameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { parseUri } from "../syntax/uri.ts";
import { isOurDomain } from "../syntax/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { type DialogToken, fromDialogToken, isOfDialog } from "../tokens/dialog-token.ts";
import type { Settings } from "../policy/settings.ts";
import type { World } from "../world.ts";
import { MAX_PRELOADED_ROUTES } from "../policy/routes.ts";

export type Routed =
  | { readonly kind: "by Request-URI"; readonly request: SipRequest }
  | { readonly kind: "in dialog"; readonly request: SipRequest; readonly token: DialogToken; readonly sealed: string }
  | { readonly kind: "refused"; readonly why: RouteProblem };

type RouteProblem = "malformed-route" | "foreign-route" | "invalid-route" | "too-many-routes";

export function preprocessRoute(
  request: SipRequest,
  essentials: Essentials,
  world: Pick<World, "settings" | "keys">,
): Routed {
  const strict = fromStrictRouter(request, essentials, world);
  if (strict !== undefined) return strict;

  let routed = request;
  for (let popped = 0; popped <= MAX_PRELOADED_ROUTES; popped += 1) {
    const value = header(routed, "route");
    if (value === undefined) return { kind: "by Request-URI", request: routed };
    const [top = "", ...rest] = splitList(value);
    const route = parseNameAddr(top);
    if (route === undefined) return refused("malformed-route");
    // A Route to another server is refused; otherwise this server would be an open relay.
    if (route.uri.kind !== "sip" || !isOurDomain(route.uri, ourNames(world.settings))) return refused("foreign-route");

    routed = withFirstValue(routed, "route", rest.length === 0 ? undefined : rest.join(", "));
    const sealed = route.uri.user;
    if (sealed === undefined) continue; // pre-loaded by configuration: the Request-URI decides
    const token = fromDialogToken(sealed, "dialog", world.keys);
    if (token !== undefined && isWithinDialog(token, essentials)) {
      return { kind: "in dialog", request: routed, token, sealed };
    }
    if (essentials.toTag !== undefined) return refused("invalid-route");
  }
  return refused("too-many-routes");
}

/**
 * A request with a To tag is within a dialog; `stateless.ts` checks which one. A peer of RFC 2543 sends no tag (§12.1.1,
 * §12.1.2): then Call-ID, From tag and addresses must be those of the token.
 */
function isWithinDialog(token: DialogToken, essentials: Essentials): boolean {
  return essentials.toTag !== undefined || isOfDialog(token, essentials);
}

/** Names of this server in a Route: a client may use the host of its WebSocket URL as outbound proxy (RFC 7118 §8.2). */
function ourNames({ domains, hosts }: Settings): readonly string[] {
  return [...domains, ...hosts];
}

function refused(why: RouteProblem): Routed {
  return { kind: "refused", why };
}

/** A strict router (RFC 2543): the Request-URI is this server's Record-Route entry, and the target ends the Route. */
function fromStrictRouter(
  request: SipRequest,
  essentials: Essentials,
  world: Pick<World, "settings" | "keys">,
): Routed | undefined {
  const uri = parseUri(request.uri);
  if (uri?.kind !== "sip" || uri.user === undefined || !hasParameter(uri.parameters, "lr")) return undefined;
  const token = isOurDomain(uri, world.settings.domains) ? fromDialogToken(uri.user, "dialog", world.keys) : undefined;
  if (token === undefined || !isWithinDialog(token, essentials)) return undefined;
  const routes = headers(request, "route").flatMap(splitList);
  const target = parseNameAddr(routes.at(-1) ?? "");
  if (target === undefined) return undefined;

  const rest = routes.slice(0, -1).map((route) => field("Route", route));
  const { fields } = without(request, "route");
  const meant = { ...request, uri: target.address, fields: [...rest, ...fields] };
  return { kind: "in dialog", request: meant, token, sealed: uri.user };
}
